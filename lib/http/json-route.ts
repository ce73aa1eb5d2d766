import { z } from 'zod';
import { isUnavailable } from '@/db';
import type { Access } from '@/lib/access';
import { config } from '@/lib/config';
import { refuseUnready } from '@/lib/front-door';
import { log } from '@/lib/log';
import type { Problem } from '@/lib/problems';
import { type LimitName, recordDenied, takeAttempt, tooManyRequests } from '@/lib/rate-limits';
import { REQUEST_ID_HEADER, type RequestContext, requestContextFrom } from '@/lib/request-context';
import { type Admitted, admit } from './access';
import { cookiesOf } from './cookies';
import { readJson } from './json-body';
import { problemResponse, type Refusal, refusal, refused } from './problems';

type Entry<A extends Access, S extends z.ZodType> = {
  access: A;
  limit: LimitName;
  /** The handler's own statement counts the attempt, and the handler refuses it; only what never gets there is counted here. */
  isCounted?: true;
  input?: S;
};
type Call<A extends Access, S extends z.ZodType> = {
  input: z.infer<S>;
  admitted: Admitted<A>;
  context: RequestContext;
  request: Request;
  cookies: ReturnType<typeof cookiesOf>;
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
  return (request, { params }) =>
    answerRequest(request, async (context) => {
      if (changesSomething(request) && request.headers.get('origin') !== config.publicUrl)
        return await blocked(context);
      const counted = isCounted ? undefined : await takeAttempt(limit, context);
      if (counted?.ok === false) return refused(tooManyRequests(counted.error));
      const body = input ? await readJson(request, input) : { ok: true as const, value: undefined };
      if (!body.ok) return refuseBody(body.error, isCounted && (await takeAttempt(limit, context)));
      const cookies = cookiesOf(request);
      const admitted = await admit(access, request, cookies, context);
      if (!admitted.ok) return ledOn(request, admitted.error) ?? problemResponse(admitted.error, context.requestId);

      const call = { admitted: admitted.value, context, request, cookies, params: await params };
      const answer = await handle({ ...call, input: body.value as z.infer<S> });
      if (answer instanceof Response) for (const cookie of cookies.added) answer.headers.append('set-cookie', cookie);
      return answer;
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

/** Too many attempts go before what is wrong with one. */
const refuseBody = (problem: Problem, attempt?: Awaited<ReturnType<typeof takeAttempt>>) =>
  attempt?.ok === false ? refused(tooManyRequests(attempt.error)) : refusal(problem);

function failed(error: unknown, context: RequestContext): Response {
  const problem: Problem = isUnavailable(error) ? 'unavailable' : 'internal';
  log.error(
    { err: error, requestId: context.requestId },
    problem === 'unavailable' ? 'the database is away' : 'a request failed',
  );
  return problemResponse(problem, context.requestId, problem === 'unavailable' ? { 'retry-after': '5' } : {});
}
