import { type SQL, sql } from 'drizzle-orm';
import { outbox } from '@/db/schema';

/**
 * The e-mail of a new browser as part of a larger statement, which has the user and the request context in the one row of
 * `input`: written where there is a row in `from`.
 */
export const newBrowserEmailFrom = (from: SQL) => sql`
  insert into ${outbox} (kind, user_id, recipient, subject, payload)
  select 'new-browser-email', user_id, email, 'A new browser signed in',
    jsonb_build_object('browser', browser, 'address', address) from input, ${from}`;
