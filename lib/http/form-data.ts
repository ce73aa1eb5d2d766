import { z } from 'zod';

/** Text fields only, without React's own; a file is never expected. */
export const textFields = (form: FormData) =>
  [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[0].startsWith('$'));

/**
 * What may be shown again in a refused form, several values of one name as lines: never a secret, which is called
 * `password`, `code` or `user_code`.
 */
export function displayableFields(form: FormData) {
  const shown: Record<string, string> = {};
  for (const [name, value] of textFields(form)) {
    if (/password|(?<![a-z])(code|token)/i.test(name)) continue;
    shown[name] = name in shown ? `${shown[name]}\n${value}` : value;
  }
  return shown;
}

/** Hidden fields and the names of buttons: nobody typed these. */
export const CARRIED = [
  'again',
  'decision',
  'id',
  'logo',
  'query',
  'return_to',
  'role',
  'shown_as',
  'theme',
  'uid',
  'userId',
  'username',
];

/** The typed fields of a form that may be shown again. */
export const typedInto = (form: FormData) =>
  Object.fromEntries(Object.entries(displayableFields(form)).filter(([name]) => !CARRIED.includes(name)));

/**
 * The fields of a form as the input of an operation, by its schema: a box is true or false, a list has its boxes or a
 * line for each entry, and an empty field is nothing where that is allowed.
 */
export function inputFrom(schema: z.ZodType, fields: [string, string][]) {
  const typed = Object.fromEntries(fields);
  if (!(schema instanceof z.ZodObject)) return typed;
  const decoded = Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, type]) => {
    const values = fields.flatMap(([field, value]) => (field === name ? [value] : []));
    return [name, decode(type, values)] as const;
  });
  return { ...typed, ...Object.fromEntries(decoded.filter(([, value]) => value !== undefined)) };
}

function decode(schema: z.ZodType, values: string[]): unknown {
  if (schema instanceof z.ZodBoolean) return ['on', 'true'].includes(values[0] ?? '');
  if (schema instanceof z.ZodArray)
    return values.flatMap((value) => value.split(/\r?\n/)).filter((line) => line.trim());
  if (schema instanceof z.ZodPipe) return decode(schema.def.in as z.ZodType, values);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    const inner = decode(schema.def.innerType as z.ZodType, values);
    return inner === '' ? (schema instanceof z.ZodNullable ? null : undefined) : inner;
  }
  if (schema instanceof z.ZodNumber) return values[0] ? Number(values[0]) : undefined;
  return values.at(-1);
}
