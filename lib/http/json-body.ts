import type { z } from 'zod';
import type { Problem } from '@/lib/problems';
import { readBytes } from '@/lib/read-bytes';
import { fail, ok } from '@/lib/result';

const LIMIT = 64 * 1024;
const SHORT = 4 * 1024;

/** Reads a JSON object of at most 64 KB, or of `limit` bytes, and checks it against its schema. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  { type = 'application/json', limit = LIMIT } = {},
) {
  if (typeOf(request) !== type) return fail<Problem>('unsupported_media_type');
  const bytes = await readBytes(request, limit);
  if (bytes === undefined) return fail<Problem>('too_large');

  const parsed = schema.safeParse(parse(bytes));
  return parsed.success ? ok(parsed.data as z.infer<Schema>) : fail<Problem>('invalid_request');
}

/** Reads a form, or JSON, of at most 64 KB; for next-auth's own client, which sends the former. */
export async function readForm<Schema extends z.ZodType>(request: Request, schema: Schema) {
  if (typeOf(request) !== 'application/x-www-form-urlencoded') return readJson(request, schema);
  const bytes = await readBytes(request, LIMIT);
  if (bytes === undefined) return fail<Problem>('too_large');

  const parsed = schema.safeParse(Object.fromEntries(new URLSearchParams(Buffer.from(bytes).toString())));
  return parsed.success ? ok(parsed.data as z.infer<Schema>) : fail<Problem>('invalid_request');
}

const typeOf = (request: Request) => request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parse(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes);
    // JSON that is UTF-8 has what we look for as an escape alone; and what is short is not nested without end.
    const isPlain = text.length < SHORT && !text.includes('\\u');
    return isPlain ? JSON.parse(text) : JSON.parse(text, requireStorable);
  } catch {
    return undefined;
  }
}

function requireStorable(name: string, value: unknown) {
  for (const text of [name, value]) if (typeof text === 'string' && !isStorable(text)) throw new SyntaxError();
  return value;
}

/** Postgres has no NUL in its texts, and UTF-8 no half of a surrogate pair (requirement I14). */
export const isStorable = (text: string) => !text.includes('\0') && !/\p{Cs}/u.test(text);
