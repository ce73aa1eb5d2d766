import { z } from 'zod';
import { fail, ok, type Result } from '@/lib/result';
import type { AnyOperation } from '.';

/** What is wrong with an input: the field, if it is one, and a sentence about it. */
export type Invalid = { field?: string; message: string };

/** An input that takes nothing that it does not name, so that no misspelt field is silently left out. */
export const strict = (input: z.ZodType) => (input instanceof z.ZodObject ? input.strict() : input);

/** What a program sent, as the input of an operation, or the first thing that is wrong with it. */
export function parseInput({ input }: AnyOperation, sent: object): Result<unknown, Invalid> {
  const parsed = strict(input).safeParse(sent);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const path = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : (issue?.path ?? []);
  return fail({ message: issue?.message ?? '', ...(path.length > 0 && { field: path.join('.').slice(0, 200) }) });
}
