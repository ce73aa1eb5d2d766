import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from '@/db';
import { passkeys, sessions } from '@/db/schema';
import { eventFrom } from '@/lib/audit';
import { config } from '@/lib/config';
import { type Proof, usedNow } from '@/lib/passkeys';
import type { Requester } from '@/lib/requester';

type Start = { proof: Proof; amr: string[]; acr: string; tokenHash: string; endedTokenHash: string | null };

/**
 * Everything that a good answer changes, in one statement and so in one transaction: the passkey's state, the new
 * session, the end of the browser's old one, and the audit events. Returns nothing when another answer came first.
 */
export async function startPasskeySession(
  db: Db,
  { proof, amr, acr, tokenHash, endedTokenHash }: Start,
  by: Requester,
) {
  const { passkey, user } = proof;
  const used = usedNow(proof.signCount, proof.backupState);
  const event = { actorId: user.id, subjectId: user.id, passkeyId: passkey.id };
  const backupChanged = passkey.backupState !== proof.backupState;
  const changed = sql`, changed as (${eventFrom({ ...event, type: 'passkey.backup-changed', reason: proof.backupState ? 'synced' : 'not-synced' }, by, { from: sql`used` })})`;

  const started = await db.execute(sql`
    with used as (
      update ${passkeys} set ${used.values} where id = ${passkey.id}::uuid and ${used.stillRising}
        and exists (select from users where id = ${user.id}::uuid and disabled_at is null) returning id
    ), ended as (
      delete from ${sessions} where token_hash = ${endedTokenHash}::text and exists (select from used)
    ), started as (
      insert into ${sessions} (token_hash, user_id, passkey_id, amr, acr, auth_time, address, browser, last_seen_at, ends_at)
      select ${tokenHash}::text, ${user.id}::uuid, id, string_to_array(${amr.join(' ')}::text, ' '), ${acr}::text, now(),
        ${by.address}::text, ${by.browser}::text, now(), now() + make_interval(secs => ${config.sessionMax}::int)
      from used returning id
    )${backupChanged ? changed : sql``}
    ${eventFrom({ ...event, type: 'auth.passkey.success' }, by, { from: sql`started`, sessionId: sql`id` })} returning session_id as id`);
  return rowsOf<{ id: string }>(started)[0];
}
