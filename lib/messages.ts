import { createTranslator } from 'use-intl/core';
import en from '@/messages/en.json';

/** Every sentence that people see and that an operation answers, by its key. */
export const catalogue = en;

type Arguments = Record<string, string | number>;

type KeysOf<Tree> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? Key : `${Key}.${KeysOf<Tree[Key]>}`;
}[keyof Tree & string];

export type MessageKey = KeysOf<typeof en>;

const translate = createTranslator({ locale: 'en', messages: { ...en } as Record<string, unknown> });

/** What an operation says when it is done, where it has a sentence for that; its words are of its input and its output. */
export function doneMessage(operation: string, ...words: object[]) {
  const key = `done.${operation}`;
  if (!translate.has(key as never)) return undefined;
  return message(key as MessageKey, Object.fromEntries(words.flatMap((one) => Object.entries(one)).flatMap(argument)));
}

/** An argument of a sentence; of what is true or false the sentence selects by that word. */
function argument([name, value]: [string, unknown]): [string, string | number][] {
  if (typeof value === 'boolean') return [[name, String(value)]];
  return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [];
}

/** A sentence of the catalogue with its arguments (ICU message syntax). */
export const message = (key: MessageKey, values: Arguments = {}) => translate(key as never, values as never) as string;

export type FieldKey = keyof typeof en.fields;

/** What a zod schema says of a field that does not fit. */
export const fieldError = (key: FieldKey) => ({ error: () => message(`fields.${key}`) });
