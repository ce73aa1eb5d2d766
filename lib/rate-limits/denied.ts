import { db } from '@/db';
import { type AuditEvent, announce, record } from '@/lib/audit';
import type { Requester } from '@/lib/requester';
import { takeAttempt } from './attempts';

/**
 * Writes down that somebody was refused what they may not do (requirement K1). One source fills no more of the audit
 * than its share; what is beyond it stands in the log alone.
 */
export async function recordDenied(event: AuditEvent, by: Requester) {
  const share = await takeAttempt('denied', by);
  if (share.ok) await record(db, event, by);
  else announce(db, event, by);
}
