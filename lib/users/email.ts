import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { message } from '@/lib/messages';

// RFC 5321 dot-string and an LDH domain. After NFKC, so that a full-width @ or a look-alike cannot slip past the check.
const address =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** An e-mail address in its one canonical form: NFKC, lower case, plain ASCII, no quotes, no lists, at most 254 characters. */
export const emailAddress = z
  .string()
  .max(1000)
  .transform((text) => text.normalize('NFKC').trim().toLowerCase())
  .superRefine((text, { addIssue }) => {
    if (text.length > 254 || text.indexOf('@') > 64 || !address.test(text))
      addIssue({ code: 'custom', message: otherwiseWritten(text) });
  });

/** Domains in other letters are known to mail servers by their form in ASCII, in which nothing looks like something else. */
function otherwiseWritten(text: string) {
  const [, local, domain] = /^([^@]{1,64})@([^@]{1,200})$/.exec(text) ?? [];
  const known = domain && domainToASCII(domain);
  return known && known !== domain && address.test(`${local}@${known}`)
    ? message('fields.email_domain_in_ascii', { domain: known })
    : message('fields.email_malformed');
}
