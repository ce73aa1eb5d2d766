import type { Db } from '@/db';
import { record } from '@/lib/audit';
import { markUsed, type VerifiedAssertion } from '@/lib/passkeys';
import type { RequestContext } from '@/lib/request-context';

/**
 * Stores the counter and backup state of a verified assertion, and records a change of the backup state (requirement C16).
 * Returns nothing when another use of the passkey came first.
 */
export async function recordUse(tx: Db, assertion: VerifiedAssertion, context: RequestContext, sessionId?: string) {
  const { passkey, user, backupState } = assertion;
  const used = await markUsed(tx, assertion);
  if (used && passkey.backupState !== backupState) {
    const reason = backupState ? 'synced' : 'not_synced';
    const event = { actorId: user.id, subjectId: user.id, passkeyId: passkey.id, sessionId };
    await record(tx, { ...event, type: 'passkey.backup-changed', reason }, context);
  }
  return used;
}
