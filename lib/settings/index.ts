import 'server-only';
import { db } from '@/db';
import { record } from '@/lib/audit';
import type { RequestContext } from '@/lib/request-context';
import { findSettings, upsertSettings } from './queries';

/** What administrators have decided for everybody. */
export const readSettings = () => findSettings(db);

/** Decides whether a passkey with user verification counts as two factors. */
export async function changeSettings(
  values: { passkeyIsTwoFactors: boolean },
  actorId: string,
  context: RequestContext,
) {
  await db.transaction(async (tx) => {
    await upsertSettings(tx, values);
    const reason = values.passkeyIsTwoFactors ? 'passkey-is-two-factors' : 'passkey-is-one-factor';
    await record(tx, { type: 'admin.settings-changed', reason, actorId }, context);
  });
}
