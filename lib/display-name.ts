import { z } from 'zod';

// Control, format, bidirectional and zero-width characters, fillers, lone surrogates: what a name must not hide. The
// variation selectors stay, because many emoji are written with one.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u2800]|(?!\p{Variation_Selector})\p{DI}/u;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name that people give to themselves or to a passkey: 1 to 64 code points after NFC and trimming, nothing invisible. */
export const displayName = z
  .string()
  .max(1000)
  .transform((name) => name.normalize('NFC').trim())
  .refine((name) => visible.test(name), 'Enter a name.')
  .refine((name) => [...name].length <= 64, 'Use at most 64 characters.')
  .refine((name) => !unprintable.test(name), 'Use visible characters only.');
