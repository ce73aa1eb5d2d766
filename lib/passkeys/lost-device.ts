import { db } from '@/db';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { isRecentlyAuthenticated, lockOwner, revokeSessions, type Session } from '@/lib/sessions';
import { removePasskey } from './manage';
import { findOwned } from './queries';

/**
 * For the day a device is gone: every other session of its owner ends at once, in any case. The passkey is removed with
 * them where this session is recently proven and there is another way in; else the refusal says what is missing.
 */
export async function reportLostDevice(id: string, session: Session, context: RequestContext) {
  const { userId, id: exceptId } = session;
  const by = { kind: 'session', session } as const;
  const ended = await db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session_required');
    if (!(await findOwned(tx, userId, id))) return fail('not_found');
    return ok(await revokeSessions(tx, { userId, exceptId, by, reason: 'device-lost' }, context));
  });
  if (!ended.ok) return ended;
  return isRecentlyAuthenticated(session) ? removePasskey(id, session, context) : fail('step_up_required');
}
