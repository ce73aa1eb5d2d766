import { z } from 'zod';

// Control, format, bidirectional and zero-width characters, lone surrogates, line separators: what a name must not hide.
const unprintable = /[\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

/** A name that people give to themselves or to a passkey: 1 to 64 code points after NFC and trimming, nothing invisible. */
export const displayName = z
  .string()
  .max(1000)
  .transform((name) => name.normalize('NFC').trim())
  .refine((name) => name.length > 0, 'Enter a name.')
  .refine((name) => [...name].length <= 64, 'Use at most 64 characters.')
  .refine((name) => !unprintable.test(name), 'Use visible characters only.');
