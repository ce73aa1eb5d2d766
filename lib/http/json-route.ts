import { z } from 'zod';
import { isUnavailable } from '@/db';
import type { Access } from '@/lib/access';
import { config } from '@/lib/config';
import { refuseUnready } from '@/lib/front-door';
import { log } from '@/lib/log';
import type { Problem } from '@/lib/problems';
import { type Attempt, attemptOf, type LimitName, recordDenied, takeCounted, tooManyRequests } from '@/lib/rate-limits';
import { REQUEST_ID_HEADER, type RequestContext, requestContextFrom } from '@/lib/request-context';
import { ok } from '@/lib/result';
import { type Admitted, admit } from './access';
import { cookiesOf } from './cookies';
import { readJson } from './json-body';
import { problemResponse, type Refusal, refusal, refused } from './problems';

type Entry<A extends Access, S extends z.ZodType> = {
  access: A;
  limit: LimitName;
  /** The handler's own statement counts the attempt, and the handler refuses it; what never gets there is counted here. */
  isCounted?: true;
  input?: S;
};
type Call<A extends Access, S extends z.ZodType> = {
  input: z.infer<S>;
  admitted: Admitted<A>;
  context: RequestContext;
  request: Request;
  cookies: ReturnType<typeof cookiesOf>;
  attempt: Attempt;
  params: Params;
};
type Params = Record<string, string | string[] | undefined>;
type Context = { params: Promise<Params> };
type Handler = (request: Request, context: Context) => Promise<Response>;

const nothing = z.unknown();

/** Makes a JSON entry: origin, limit, input and access are checked in this order before the handler runs. */
export function jsonRoute<A extends Access, S extends z.ZodType = typeof nothing>(
  { access, limit, isCounted, input }: Entry<A, S>,
  handle: (call: Call<A, S>) => Promise<Response | Refusal>,
): Handler {
  const call = async (request: Request, context: RequestContext, attempt: Attempt, params: Params) => {
    const body = input ? await readJson(request, input) : { ok: true as const, value: undefined };
    if (!body.ok) return refusal(body.error);
    const cookies = cookiesOf(request);
    const admitted = await admit(access, request, cookies, context);
    if (!admitted.ok) return ledOn(request, admitted.error) ?? refusal(admitted.error);

    const given = { admitted: admitted.value, context, request, cookies, attempt, params };
    const answer = await handle({ ...given, input: body.value as z.infer<S> });
    if (answer instanceof Response) for (const cookie of cookies.added) answer.headers.append('set-cookie', cookie);
    return answer;
  };

  return (request, { params }) =>
    answerRequest(request, async (context) => {
      if (changesSomething(request) && request.headers.get('origin') !== config.publicUrl)
        return await blocked(context);
      const attempt = attemptOf(limit, context);
      const before = isCounted ? ok(undefined) : await takeCounted(attempt, context);
      if (!before.ok) return refused(tooManyRequests(before.error));
      const answer = await call(request, context, attempt, await params);
      // What never came to the statement that counts, such as a body that is refused; too many goes before what is wrong.
      const after = attempt.isCounted ? ok(undefined) : await takeCounted(attempt, context);
      return after.ok ? answer : refused(tooManyRequests(after.error));
    });
}

/**
 * What every JSON answer has in common: nothing is answered before the process is ready, the request id and `no-store`
 * stand in its headers, and whatever is thrown becomes a 503 or a 500 without a word of its text.
 */
export async function answerRequest(
  request: Request,
  handle: (context: RequestContext) => Promise<Response | Refusal>,
): Promise<Response> {
  const unready = await refuseUnready(request);
  if (unready) return unready;
  const context = requestContextFrom(request.headers);
  try {
    return finished(await handle(context), context);
  } catch (error) {
    return failed(error, context);
  }
}

/** The handlers of one address; every other method answers 405 in the form of every error. */
export function methods(handlers: Partial<Record<'GET' | 'POST' | 'PATCH' | 'DELETE', Handler>>) {
  const allow = Object.keys(handlers).join(', ');
  const refuse: Handler = async (request) =>
    problemResponse('method_not_allowed', requestContextFrom(request.headers).requestId, { allow });
  return {
    GET: refuse,
    HEAD: refuse,
    POST: refuse,
    PUT: refuse,
    PATCH: refuse,
    DELETE: refuse,
    OPTIONS: refuse,
    ...handlers,
  };
}

const requiredPages: Partial<Record<Problem, string>> = { session_required: '/sign-in', step_up_required: '/step-up' };

/** Redirects a form that was sent without a script to the sign-in or the step-up, and from there back to its page. */
function ledOn(request: Request, problem: Problem) {
  const from = request.headers.get('referer') ?? '';
  const to = requiredPages[problem];
  if (!to || request.headers.get('sec-fetch-mode') !== 'navigate' || !URL.canParse(from)) return undefined;
  const { pathname, search } = new URL(from);
  const location = `${config.publicUrl}${to}?return_to=${encodeURIComponent(pathname + search)}`;
  return new Response(null, { status: 303, headers: { location } });
}

const changesSomething = (request: Request) => !['GET', 'HEAD'].includes(request.method);

function finished(outcome: Response | Refusal, context: RequestContext) {
  if (!(outcome instanceof Response)) {
    const wait: Record<string, string> = outcome.retryAfter ? { 'retry-after': String(outcome.retryAfter) } : {};
    return problemResponse(outcome.refused, context.requestId, wait);
  }
  outcome.headers.set('cache-control', 'no-store');
  outcome.headers.set(REQUEST_ID_HEADER, context.requestId);
  return outcome;
}

async function blocked(context: RequestContext) {
  await recordDenied({ type: 'csrf.blocked' }, context);
  return problemResponse('origin_not_allowed', context.requestId);
}

function failed(error: unknown, context: RequestContext): Response {
  const problem: Problem = isUnavailable(error) ? 'unavailable' : 'internal';
  log.error(
    { err: error, requestId: context.requestId },
    problem === 'unavailable' ? 'the database is away' : 'a request failed',
  );
  return problemResponse(problem, context.requestId, problem === 'unavailable' ? { 'retry-after': '5' } : {});
}
