import { countRefusal } from '@/lib/metrics';
import { describeProblem, type Problem } from '@/lib/problems';
import { REQUEST_ID_HEADER } from '@/lib/request-context';

/** A refusal that a handler returns; `jsonRoute` adds the request id and the headers. */
export type Refusal = { refused: Problem; retryAfter?: number };

export const refusal = (refused: Problem): Refusal => ({ refused });

/** The refusal that the failing side of a result names, with the seconds to wait where it has them. */
export const refused = ({ error, retryAfter }: { error: Problem; retryAfter?: number }): Refusal => ({
  refused: error,
  retryAfter,
});

/**
 * The one form of every error: `{"error":{"code","message","requestId"}}`, with the `field` that it is about. What is wrong
 * with one field of an input may be said `about` it.
 */
export function problemResponse(
  code: Problem,
  requestId: string,
  headers: Record<string, string> = {},
  about: { message?: string; field?: string } = {},
) {
  countRefusal(code);
  const { status, ...described } = describeProblem(code);
  const { message, field } = { ...described, ...about };
  const body = { error: { code, message, ...(field && { field }), requestId } };
  return Response.json(body, {
    status,
    headers: { ...headers, 'cache-control': 'no-store', [REQUEST_ID_HEADER]: requestId },
  });
}
