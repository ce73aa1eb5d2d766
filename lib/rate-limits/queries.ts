import { lt } from 'drizzle-orm';
import type { Db } from '@/db';
import { rateLimits } from '@/db/schema';

export const purgeCounters = (db: Db) => db.delete(rateLimits).where(lt(rateLimits.expire, new Date()));
