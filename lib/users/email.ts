import { z } from 'zod';

// RFC 5321 dot-string and an LDH domain. After NFKC, so that a full-width @ or a look-alike cannot slip past the check.
const address =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** An e-mail address in its one canonical form: NFKC, lower case, plain ASCII, no quotes, no lists, at most 254 characters. */
export const emailAddress = z
  .string()
  .max(1000)
  .transform((text) => text.normalize('NFKC').trim().toLowerCase())
  .refine(
    (text) => text.length <= 254 && text.indexOf('@') <= 64 && address.test(text),
    'Enter an e-mail address such as you@example.com.',
  );
