import type { z } from 'zod';
import { type Operation, perform } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import type { Jar } from './cookies';
import { jsonRoute } from './json-route';
import { refusal } from './problems';
import { clearSessionCookie } from './session-cookie';

type Door<O> = {
  /** What of the input comes in the body; what else there is stands in the address. */
  body?: z.ZodType<object>;
  /** The answer; without it there is none (204). */
  answer?: (output: O, jar: Jar) => Response;
};

/**
 * Mounts an operation of one's own account as a JSON entry outside of `/api/v1`, for the pages of that account. What does
 * not fit in the address names nothing that is there. The entry names its operation.
 */
export const jsonOf = <I extends z.ZodType, O extends z.ZodType, R extends Problem, P>(
  operation: Operation<I, O, R, P>,
  { body, answer = () => new Response(null, { status: 204 }) }: Door<z.output<O>> = {},
) => {
  const entry = jsonRoute(
    { access: operation.access as 'session', limit: operation.limit, input: body },
    async ({ input: sent, admitted: session, context, cookies, params }) => {
      const parsed = operation.input.safeParse({ ...sent, ...params });
      if (!parsed.success) return refusal('not_found');
      const outcome = await perform(operation, parsed.data, { kind: 'session', session }, context);
      return outcome.ok ? answer(outcome.value, cookies) : refusal(outcome.error);
    },
  );
  return Object.assign(entry, { operation }) as typeof entry;
};

/** The answer once a passkey is gone: it takes along the session that was begun with it. */
export function goneWith({ endsThisSession }: { endsThisSession: boolean }, jar: Jar) {
  if (endsThisSession) clearSessionCookie(jar);
  return new Response(null, { status: 204 });
}
