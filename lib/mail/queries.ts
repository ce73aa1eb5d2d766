import { type SQL, sql } from 'drizzle-orm';
import { outbox } from '@/db/schema';

type Seen = { userId: string; email: string; browser: string; address: string };

/** The e-mail of a new browser as part of a larger statement: written where there is a row in `from`. */
export const newBrowserEmailFrom = ({ userId, email, browser, address }: Seen, from: SQL) => sql`
  insert into ${outbox} (kind, user_id, recipient, subject, payload)
  select 'new-browser-email', ${userId}::uuid, ${email}::text, 'A new browser signed in',
    jsonb_build_object('browser', ${browser}::text, 'address', ${address}::text) from ${from}`;
