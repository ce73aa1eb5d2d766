import { z } from 'zod';

/** An option of a command: how it is written, what it may be, and how its text becomes a field of the input. */
export type Option = { flags: string[]; description: string; decode: (value: unknown) => unknown };

type Json = z.core.JSONSchema.JSONSchema;

export const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
export const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The options of an input, by its fields, but for those that stand as words after the command. */
export function optionsOf(input: z.ZodType, words: string[]): Record<string, Option> {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Json;
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => !words.includes(name));
  return Object.fromEntries(fields.map(([name, field]) => [name, optionOf(name, field as Json, schema.required)]));
}

function optionOf(name: string, field: Json, required: string[] = []): Option {
  const nullable = field.anyOf?.some((one) => (one as Json).type === 'null') ?? false;
  const { type, items, enum: choices } = nullable ? (field.anyOf![0] as Json) : field;
  const flag = `--${kebab(name)}`;
  const values = choices ?? (items as Json | undefined)?.enum;
  const notes = [
    values?.join(', '),
    required.includes(name) && 'required',
    field.default !== undefined && field.default !== null && `default: ${JSON.stringify(field.default)}`,
  ].filter(Boolean);
  const description = notes.join('; ');
  if (type === 'boolean') return { flags: [flag, `--no-${kebab(name)}`], description, decode: (value) => value };
  if (type === 'array') return { flags: [`${flag} <value...>`], description, decode: (value) => value };
  const decode = (value: unknown) => {
    if (nullable && value === '') return null;
    if (type === 'number' || type === 'integer') return Number(value);
    return type === 'object' ? parsed(String(value)) : value;
  };
  return { flags: [`${flag} <${type === 'object' ? 'json' : 'value'}>`], description, decode };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
