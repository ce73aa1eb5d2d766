import 'server-only';
import { RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible';
import { db } from '@/db';
import { rateLimits } from '@/db/schema';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';
import { addressGroup, type Requester } from '@/lib/requester';
import { fail, ok, type Result } from '@/lib/result';
import { type LimitName, limits } from './limits';

export { clearFactorAttempts, type GuessableFactor, takeFactorAttempt } from './factors';
export type { LimitName } from './limits';
export { purgeCounters, purgeFailures } from './queries';

/** Counts one attempt of this source; over the limit it answers with the seconds to wait. One statement, shared by all instances. */
export async function takeAttempt(name: LimitName, by: Requester): Promise<Result<undefined, number>> {
  try {
    await limiters[name].consume(addressGroup(by.address));
    return ok(undefined);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
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
  return Object.fromEntries(made) as Record<LimitName, RateLimiterDrizzle>;
});
