import { db } from '@/db';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { log } from '@/lib/log';
import { addressGroup, type RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { steadyDigest } from '@/lib/vault';
import { type LimitName, limits } from './limits';
import { type AttemptCount, type AttemptValues, upsertAttempt } from './queries';

/** An attempt that the statement counts which it guards; `admitAttempt` reads what came of it, and notes that it is counted. */
export type Attempt = { name: LimitName | 'email'; most: number; values: AttemptValues; isCounted: boolean };

/** An attempt of this source, or of whoever is named instead, for a statement that has `countedAttempt` in it. */
export const attemptOf = (name: LimitName, context: RequestContext, of = addressGroup(context.address)): Attempt =>
  attemptBy(name, of);

function attemptBy(name: LimitName | 'email', of: string): Attempt {
  const { points, per } = limits[name];
  const most = Math.max(1, Math.round(points * config.rateLimitScale));
  return { name, most, isCounted: false, values: { attemptKey: `${name}:${of}`, attemptSpan: per, attemptMost: most } };
}

/** The refusal of one attempt too many: in so many seconds there may be another one. */
export const tooManyRequests = (retryAfter: number) => ({ ok: false, error: 'too_many_requests', retryAfter }) as const;

/**
 * Admits an attempt that was counted, where it is within its limit; over it answers with the seconds to wait. The first
 * attempt too many of each span is recorded, so that a flood fills no table; the log has each.
 */
export async function admitAttempt(
  attempt: Attempt,
  { attempts, wait }: AttemptCount,
  context: RequestContext,
): Promise<Result<undefined, number>> {
  const { name, most } = attempt;
  attempt.isCounted = true;
  if (attempts <= most) return ok(undefined);
  log.warn({ requestId: context.requestId, address: context.address, limit: name }, 'rate-limit.exceeded');
  const isFirst = attempts === most + 1;
  if (isFirst) await record(db, { type: 'rate-limit.exceeded', reason: name.replaceAll('-', '_') }, context);
  return fail(Math.max(1, wait));
}

/**
 * Counts one attempt of this source, or of whoever is named instead; over the limit it answers with the seconds to wait.
 * One statement, shared by all instances.
 */
export const takeAttempt = async (name: LimitName, context: RequestContext, of?: string) =>
  takeCounted(attemptOf(name, context, of), context);

/**
 * Counts an e-mail that somebody can have sent to an address without owning it, so that no mailbox is filled from many
 * places at once; over the limit it answers with the seconds to wait. Each purpose has a count of its own: whoever uses
 * one up has sent a link that works, and keeps no other from its owner. The address is kept as a digest.
 */
export const takeEmailAttempt = async (purpose: string, to: string, context: RequestContext) =>
  takeCounted(
    attemptBy('email', (await steadyDigest('letter-limit', `${purpose}:${to}`)).toString('base64url')),
    context,
  );

/** Counts an attempt that no other statement has counted; over the limit it answers with the seconds to wait. */
export async function takeCounted(attempt: Attempt, context: RequestContext) {
  const [count] = await upsertAttempt(db, attempt.values);
  return admitAttempt(attempt, count!, context);
}
