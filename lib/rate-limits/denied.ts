import { db } from '@/db';
import { type AuditEvent, announce, record } from '@/lib/audit';
import type { RequestContext } from '@/lib/request-context';
import { takeAttempt } from './attempts';

/**
 * Writes down that somebody was refused what they may not do (requirement K1). One source fills no more of the audit
 * than its share; what is beyond it stands in the log alone.
 */
export async function recordDenied(event: AuditEvent, context: RequestContext) {
  const share = await takeAttempt('denied', context);
  if (share.ok) await record(db, event, context);
  else announce(db, event, context);
}
