import { createTranslator } from 'use-intl/core';
import en from '@/messages/en.json';

/** Every sentence that people see and that an operation answers, by its key. */
export const catalogue = en;

type Arguments = Record<string, string | number>;

const translate = createTranslator({ locale: 'en', messages: { ...en } as Record<string, unknown> });

/** A sentence of the catalogue with its arguments (ICU message syntax). */
export const message = (key: string, given: Arguments = {}) => translate(key as never, given as never) as string;
