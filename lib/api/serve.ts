import { z } from 'zod';
import { type Actor, userIdOf } from '@/lib/actor';
import { findApiKey } from '@/lib/api-keys';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { answerRequest, cookiesOf, isStorable, problemResponse, readJson, showsAnotherAccount } from '@/lib/http';
import { message } from '@/lib/messages';
import { type Invalid, once, parseInput, perform, type SentOnce } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import { recordDenied, takeAttempt } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { deniedTo, readSession, whyRefused } from '@/lib/sessions';
import { type Route, routeOf, successOf } from './routes';

/**
 * Answers a request under `/api/v1`: how often its source may ask, who asks, whether they may, what they ask, and then the
 * operation. With an `Authorization` header an API key asks and cookies count for nothing; without one it is a session,
 * and what changes something must come from a page of ours. A HEAD is a GET without its body (RFC 9110 §9.3.2).
 */
export const serveApi = (request: Request, segments: string[]) =>
  answerRequest(request, async (context) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const { route, methods } = routeOf(method, segments);
    const answered = await answer(request, context, route, methods);
    return request.method === 'HEAD' ? new Response(null, answered) : answered;
  });

async function answer(request: Request, context: RequestContext, route: Route | undefined, methods: string[]) {
  const refuse = (problem: Problem, headers: Record<string, string> = {}, about = {}) =>
    problemResponse(problem, context.requestId, { ...challenge(problem), ...headers }, about);
  if (!route && methods.length > 0) return refuse('method_not_allowed', { allow: methods.join(', ') });

  const hasKey = request.headers.has('authorization');
  const counted = await takeAttempt(hasKey ? 'api' : (route?.operation.limit ?? 'manage'), context);
  if (!counted.ok) return refuse('too_many_requests', { 'retry-after': String(counted.error) });
  const actor = hasKey ? await keyOf(request, context) : await browserOf(request, context);
  if (!actor.ok) return refuse(actor.error);
  if (actor.value.kind === 'key') {
    const share = await takeAttempt('api-key', context, actor.value.key.id);
    if (!share.ok) return refuse('too_many_requests', { 'retry-after': String(share.error) });
  }
  if (!route) return refuse('not_found');

  const refused = whyRefused(route.operation.access, actor.value);
  if (refused) {
    if (actor.value.kind !== 'nobody') await recordDenied(deniedTo(actor.value, refused), context);
    return refuse(refused);
  }
  const input = await readInput(request, route);
  if (!input.ok) return isInvalid(input.error) ? refuse('invalid_request', {}, input.error) : refuse(input.error);
  const sent = sentOnce(request, actor.value, input.value);
  if (!sent.ok) return refuse('invalid_request', {}, sent.error);
  const performed = sent.value ? once(route.operation, sent.value) : route.operation;
  const outcome = await perform(performed, input.value, actor.value, context);
  if (!outcome.ok) return refuse(outcome.error);
  return Response.json(outcome.value, { status: successOf(route.method, route.operation) });
}

/** What a 401 must say of how to authenticate (RFC 9110 §11.6.1, RFC 6750 §3). */
function challenge(problem: Problem): Record<string, string> {
  if (problem === 'session_required') return { 'www-authenticate': 'Bearer' };
  return problem === 'api_key_invalid' ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {};
}

async function keyOf(request: Request, context: RequestContext): Promise<Result<Actor, Problem>> {
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const key = await findApiKey(token, context.address);
  if (key?.elsewhere) await recordDenied(deniedTo({ kind: 'key', key }, 'address_not_allowed'), context);
  return key && !key.elsewhere ? ok({ kind: 'key', key }) : fail('api_key_invalid');
}

async function browserOf(request: Request, context: RequestContext): Promise<Result<Actor, Problem>> {
  const changes = !['GET', 'HEAD'].includes(request.method);
  if (changes && request.headers.get('origin') !== config.publicUrl) {
    await recordDenied({ type: 'csrf.blocked' }, context);
    return fail('origin_not_allowed');
  }
  const session = await readSession(cookiesOf(request).get(cookieName('session'))?.value);
  if (session && showsAnotherAccount(request, session)) return fail('another_account');
  return ok(session ? { kind: 'session', session } : { kind: 'nobody' });
}

/** What makes a creation one that happens once (the `Idempotency-Key` of a POST), if it asks for that. */
function sentOnce(request: Request, actor: Actor, input: unknown) {
  const key = request.headers.get('idempotency-key');
  if (request.method !== 'POST' || !key || actor.kind === 'nobody') return ok(undefined);
  if (key.length > 255) return fail({ field: 'Idempotency-Key', message: message('fields.idempotency_key_too_long') });
  const actorKey = actor.kind === 'key' ? `key:${actor.key.id}` : `user:${userIdOf(actor)}`;
  return ok<SentOnce>({ actor: actorKey, key, request: JSON.stringify([new URL(request.url).pathname, input]) });
}

const isInvalid = (error: Problem | Invalid): error is Invalid => typeof error === 'object';

/** The largest body that an operation needs: the settings of an app with a picture of 48 KB. */
const LARGEST = 128 * 1024;

/** The input of an operation: the body, if there is one, or the parameters of the query, with what stands in the path. */
async function readInput(request: Request, { operation, params }: Route): Promise<Result<unknown, Problem | Invalid>> {
  const query = [...new URL(request.url).searchParams];
  const body = hasBody(request)
    ? await readJson(request, z.record(z.string(), z.unknown()), { limit: LARGEST })
    : ok(Object.fromEntries<unknown>(query));
  if (!body.ok) return body;
  // The text of a body has been checked; that of an address has not.
  if (![...Object.values(params), ...query.flat()].every(isStorable)) return fail('invalid_request');
  const contradicted = Object.keys(params).find((name) => (body.value[name] ?? params[name]) !== params[name]);
  if (contradicted) return fail({ field: contradicted, message: message('fields.differs_from_path') });
  return parseInput(operation, { ...body.value, ...params });
}

const hasBody = ({ method, headers }: Request) =>
  (['POST', 'PUT', 'PATCH'].includes(method) && headers.has('content-type')) ||
  headers.has('transfer-encoding') ||
  Number(headers.get('content-length') ?? 0) > 0;
