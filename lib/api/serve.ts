import type { NextRequest } from 'next/server';
import { z } from 'zod';
import type { Actor } from '@/lib/actor';
import { findApiKey } from '@/lib/api-keys';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { answerRequest, isStorable, problemResponse, readJson } from '@/lib/http';
import { type AnyOperation, perform } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import { recordDenied, takeAttempt } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { deniedTo, readSession, whyRefused } from '@/lib/sessions';
import { once, type SentOnce } from './idempotency';
import { routeOf } from './routes';

/**
 * Answers a request under `/api/v1`: who asks, how often, whether they may, what they ask, and then the operation. With an
 * `Authorization` header an API key asks and cookies count for nothing; without one it is a session, and what changes
 * something must come from a page of ours.
 */
export const serveApi = (request: NextRequest, segments: string[]) =>
  answerRequest(request, async (context) => {
    const { route, methods } = routeOf(request.method, segments);
    if (!route && methods.length > 0)
      return problemResponse('method_not_allowed', context.requestId, { allow: methods.join(', ') });
    const refuse = (problem: Problem, headers = {}) => problemResponse(problem, context.requestId, headers);

    const counted = await takeAttempt(route?.operation.limit ?? 'manage', context);
    if (!counted.ok) return refuse('too_many_requests', { 'retry-after': String(counted.error) });
    const actor = await actorOf(request, context);
    if (!actor.ok)
      return refuse(actor.error, actor.error === 'api_key_invalid' ? { 'www-authenticate': 'Bearer' } : {});
    if (actor.value.kind === 'key') {
      const share = await takeAttempt('api-key', context, actor.value.key.id);
      if (!share.ok) return refuse('too_many_requests', { 'retry-after': String(share.error) });
    }
    if (!route) return refuse('not_found');
    const { operation } = route;
    const refused = whyRefused(operation.access, actor.value);
    if (refused) {
      if (actor.value.kind !== 'nobody') await recordDenied(deniedTo(actor.value, refused), context);
      return refuse(refused);
    }
    const input = await inputOf(request, operation, route.params);
    if (!input.ok) return refuse(input.error);
    const sent = sentOnce(request, actor.value, input.value);
    const performed = sent ? once(operation, sent) : operation;
    const outcome = await perform(performed, input.value, actor.value, context);
    if (!outcome.ok) return refuse(outcome.error);
    return Response.json(outcome.value, { status: request.method === 'POST' ? 201 : 200 });
  });

async function actorOf(request: NextRequest, { address }: RequestContext): Promise<Result<Actor, Problem>> {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    const key = await findApiKey(token, address);
    return key ? ok({ kind: 'key', key }) : fail('api_key_invalid');
  }
  const changes = !['GET', 'HEAD'].includes(request.method);
  if (changes && request.headers.get('origin') !== config.publicUrl) return fail('origin_not_allowed');
  const session = await readSession(request.cookies.get(cookieName('session'))?.value);
  return ok(session ? { kind: 'session', session } : { kind: 'nobody' });
}

/** The body, if the method has one, with what stands in the path; or the parameters of the query. */
async function inputOf(
  request: NextRequest,
  { input }: AnyOperation,
  params: Record<string, string>,
): Promise<Result<unknown, Problem>> {
  const hasBody =
    (['POST', 'PUT', 'PATCH'].includes(request.method) && request.headers.has('content-type')) ||
    request.headers.has('transfer-encoding') ||
    Number(request.headers.get('content-length') ?? 0) > 0;
  const body = hasBody ? await readJson(request, z.record(z.string(), z.unknown())) : ok(queryOf(request));
  if (!body.ok) return body;
  // What a body holds has been looked at; addresses can carry the same.
  const typed = [...Object.values(params), ...request.nextUrl.searchParams.values()];
  if (!typed.every(isStorable)) return fail('invalid_request');
  const parsed = (input as z.ZodType).safeParse({ ...body.value, ...params });
  return parsed.success ? ok(parsed.data) : fail('invalid_request');
}

const queryOf = (request: NextRequest): Record<string, unknown> => Object.fromEntries(request.nextUrl.searchParams);

/** What makes a creation one that happens once (the `Idempotency-Key` of a POST), if it asks for that. */
function sentOnce(request: NextRequest, actor: Actor, input: unknown): SentOnce | undefined {
  const key = request.headers.get('idempotency-key');
  if (request.method !== 'POST' || !key) return undefined;
  const by =
    actor.kind === 'key' ? `key:${actor.key.id}` : actor.kind === 'session' ? `user:${actor.session.userId}` : '';
  return { actor: by, key: key.slice(0, 255), request: JSON.stringify([request.nextUrl.pathname, input]) };
}
