import { toUnicode } from 'tr46';
import { z } from 'zod';
import { fieldError } from '@/lib/messages';

// Control, format, bidirectional and zero-width characters, fillers, lone surrogates: what a name must not hide.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u2800]|(?!\p{Variation_Selector})\p{DI}/u;
// A variation selector shows only behind a sign that has variants: a picture, a Han character, and what few scripts have.
const idleSelector =
  /(?<!(?![\p{ASCII}\p{Variation_Selector}])[\p{Extended_Pictographic}\p{Ideographic}\p{Sm}\p{Script=Mongolian}\p{Script=Myanmar}\p{Script=Phags_Pa}])\p{Variation_Selector}/u;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;
// TypeScript knows the flag from es2024 on.
const emoji = /\p{RGI_Emoji}/gv;
const joiners = /[\u200c\u200d]/g;
const joinedWord = /[\p{L}\p{M}\u200c\u200d]*[\u200c\u200d][\p{L}\p{M}\u200c\u200d]*/gu;

/**
 * A name of a person, a passkey, a group or an app: 1 to 64 code points after NFC and trimming, nothing invisible but
 * joiners where a script (RFC 5892 A.1 and A.2) or an emoji (UTS #51) needs them.
 */
export const displayName = z
  .string()
  .max(1000)
  .transform((name) => name.normalize('NFC').trim())
  .refine((name) => visible.test(name), fieldError('name_missing'))
  .refine((name) => [...name].length <= 64, fieldError('name_too_long'))
  .refine((name) => isVisible(withoutNeededJoiners(name)), fieldError('name_invisible'));

const isVisible = (text: string) => !unprintable.test(text) && !idleSelector.test(text);

const withoutNeededJoiners = (name: string) =>
  name.replace(emoji, '☺').replace(joinedWord, (word) => (joinsRightly(word) ? word.replace(joiners, '') : word));

/** Whether every joiner of a word stands where RFC 5892 lets it; the rules are those of names of hosts (UTS #46). */
const joinsRightly = (word: string) => !toUnicode(word, { checkJoiners: true }).error;
