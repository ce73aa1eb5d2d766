import { RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible';
import { db } from '@/db';
import { rateLimits } from '@/db/schema';
import { record } from '@/lib/audit';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import { addressGroup, type RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import { steadyDigest } from '@/lib/vault';
import { type LimitName, limits } from './limits';

/**
 * Counts one attempt of this source, or of whoever is named instead; over the limit it answers with the seconds to wait. One statement, shared by all
 * instances. The first attempt too many of each span is written down, so that a flood fills no table.
 */
export const takeAttempt = (name: LimitName, context: RequestContext, of = addressGroup(context.address)) =>
  take(name, of, context);

/**
 * Counts an e-mail that somebody can have sent to an address without owning it, so that no mailbox is filled from many
 * places at once; over the limit it answers with the seconds to wait. Each purpose has a count of its own: whoever uses
 * one up has sent a link that works, and keeps no other from its owner. The address is kept as a digest.
 */
export const takeEmailAttempt = async (purpose: string, to: string, context: RequestContext) =>
  take('email', (await steadyDigest('letter-limit', `${purpose}:${to}`)).toString('base64url'), context);

async function take(
  name: LimitName | 'email',
  key: string,
  context: RequestContext,
): Promise<Result<undefined, number>> {
  const limiter = limiters()[name];
  try {
    await limiter.consume(key);
    return ok(undefined);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const isFirst = error.consumedPoints === limiter.points + 1;
    if (isFirst) await record(db, { type: 'rate-limit.exceeded', reason: name.replaceAll('-', '_') }, context);
    return fail(Math.max(1, Math.ceil(error.msBeforeNext / 1000)));
  }
}

const limiters = lazy('rate-limits', () => {
  const made = Object.entries(limits).map(([name, { points, per }]) => {
    const scaled = Math.max(1, Math.round(points * config.rateLimitScale));
    const limiter = new RateLimiterDrizzle({
      storeClient: db,
      schema: rateLimits,
      keyPrefix: name,
      points: scaled,
      duration: per,
      clearExpiredByTimeout: false,
    });
    return [name, limiter];
  });
  return Object.fromEntries(made) as Record<keyof typeof limits, RateLimiterDrizzle>;
});
