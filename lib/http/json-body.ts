import type { z } from 'zod';
import { fail, ok } from '@/lib/result';
import type { Problem } from './problems';

const LIMIT = 64 * 1024;

/** Reads a JSON object of at most 64 KB and checks it against its schema; the stream is left as soon as it is too long. */
export async function readJson<Schema extends z.ZodType>(request: Request, schema: Schema) {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return fail<Problem>('unsupported_media_type');
  const text = await readText(request);
  if (text === undefined) return fail<Problem>('too_large');

  const parsed = schema.safeParse(parse(text));
  return parsed.success ? ok(parsed.data as z.infer<Schema>) : fail<Problem>('invalid_request');
}

async function readText(request: Request) {
  if (Number(request.headers.get('content-length') ?? 0) > LIMIT) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
