import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../columns';

/** Shared counters, in the shape that `rate-limiter-flexible` wants. */
export const rateLimits = pgTable(
  'rate_limits',
  {
    key: text().primaryKey(),
    points: integer().notNull(),
    expire: instant(),
  },
  (table) => [index('rate_limits_expiry').on(table.expire)],
);
