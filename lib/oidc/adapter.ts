import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { type Db, db } from '@/db';
import { findClient } from '@/lib/clients';
import { decrypt, encrypt, hashToken } from '@/lib/crypto';
import { fromNow } from '@/lib/time';
import { currentCall } from './call';
import { engineMetadata } from './client-metadata';
import {
  consumeArtifact,
  deleteArtifact,
  deleteGranted,
  findArtifact,
  findByUid,
  findByUserCode,
  rememberClients,
  touchGrant,
  upsertArtifact,
} from './queries';

const PURPOSE = 'oidc-artifact';
type Row = NonNullable<Awaited<ReturnType<typeof findArtifact>>>;

/** Clients come from their own table and are never written by the engine. */
const clientAdapter: Adapter = {
  find: async (id) => {
    const client = await findClient(id);
    return client && engineMetadata(client);
  },
  upsert: refuse,
  findByUid: refuse,
  findByUserCode: refuse,
  consume: refuse,
  destroy: refuse,
  revokeByGrantId: refuse,
};

async function refuse(): Promise<never> {
  throw new Error('clients are not the engine’s to write');
}

/**
 * The engine's storage in Postgres. What the engine reads and then writes is one statement here: of two that spend the
 * same code or refresh token one succeeds, the other gets `invalid_grant`, and what was given for it ends (RFC 9700 §4.14).
 */
export function adapterFor(model: string): Adapter {
  if (model === 'Client') return clientAdapter;
  const hashOf = (id: string) => hashToken(`${model}:${id}`);

  return {
    async upsert(id, payload, expiresIn) {
      const { keyId, sealed } = encrypt(PURPOSE, Buffer.from(JSON.stringify(kept(model, payload))));
      const { accountId: userId = null, clientId = null } = payload;
      const row = {
        idHash: hashOf(id),
        model,
        keyId,
        payload: sealed,
        grantHash: grantHashOf(model, id, payload),
        uidHash: model === 'Session' ? uidHash(payload.uid) : null,
        userCodeHash: payload.userCode ? userCodeHash(payload.userCode) : null,
        clientId,
        userId,
        sessionId: await sessionOf(model, payload),
        expiresAt: expiresIn ? fromNow(expiresIn) : null,
      };
      await db.transaction(async (tx) => {
        await upsertArtifact(tx, row);
        await remember(tx, model, payload, row.sessionId);
      });
    },
    find: async (id) => opened(model, await findArtifact(db, hashOf(id))),
    findByUid: async (uid) => opened(model, await findByUid(db, uidHash(uid)!)),
    findByUserCode: async (code) => opened(model, await findByUserCode(db, userCodeHash(code))),
    async consume(id) {
      if (await consumeArtifact(db, hashOf(id))) return;
      const replayed = opened(model, await findArtifact(db, hashOf(id)));
      if (replayed?.grantId) await deleteGranted(db, grantHash(replayed.grantId));
      throw new errors.InvalidGrant(`${model} already consumed`);
    },
    destroy: async (id) => {
      await deleteArtifact(db, hashOf(id));
    },
    revokeByGrantId: async (grantId) => {
      await deleteGranted(db, grantHash(grantId));
    },
  };
}

/**
 * A request that waits forgets the engine's session: that one follows ours, and a sign-in in the middle of the request
 * makes both anew. It is bound to its browser by a cookie of its own.
 */
const kept = (model: string, payload: AdapterPayload) =>
  model === 'Interaction' ? { ...payload, session: undefined } : payload;

const grantHash = (grantId: string) => hashToken(`grant:${grantId}`);
const uidHash = (uid: string | undefined) => (uid ? hashToken(`uid:${uid}`) : null);
const userCodeHash = (code: string) => hashToken(`user-code:${code}`);

/** A grant of the engine's own is found under its own name, so that revoking it takes everything at once. */
function grantHashOf(model: string, id: string, { grantId }: AdapterPayload) {
  if (model === 'Grant') return grantHash(id);
  return grantId && model !== 'Interaction' ? grantHash(grantId) : null;
}

/**
 * The session of ours that a record came from, and with which it goes: that of the browser which asks, or for what a
 * client's server asks for, that of the engine's session it names. When that one has ended, nothing more is handed out.
 */
async function sessionOf(model: string, { accountId, sessionUid }: AdapterPayload) {
  if (model === 'Interaction') return null;
  const call = currentCall();
  if (call?.browser) return accountId && call.session?.userId === accountId ? call.session.id : null;
  if (!sessionUid || model === 'Session') return null;
  const found = await findByUid(db, uidHash(sessionUid)!);
  if (!found?.sessionId) throw new errors.InvalidGrant('the session has ended');
  return found.sessionId;
}

async function remember(tx: Db, model: string, payload: AdapterPayload, sessionId: string | null) {
  if (model === 'Session' && sessionId) {
    const known = Object.entries(payload.authorizations ?? {}).filter(([, { sid }]) => sid);
    await rememberClients(tx, sessionId, Object.fromEntries(known.map(([clientId, { sid }]) => [clientId, sid!])));
  }
  if (model === 'AccessToken' && payload.accountId && payload.clientId) {
    await touchGrant(tx, payload.accountId, payload.clientId);
  }
}

/**
 * The record as the engine knows it; nothing when it was sealed with another `APP_SECRET`. To a browser the engine's
 * session is there only as long as the session of ours that it belongs to is that browser's.
 */
function opened(model: string, row: Row | undefined): AdapterPayload | undefined {
  if (!row) return undefined;
  const call = currentCall();
  if (model === 'Session' && call?.browser && row.sessionId && row.sessionId !== call.session?.id) return undefined;
  const plain = decrypt(PURPOSE, { keyId: row.keyId, sealed: row.payload });
  if (!plain) return undefined;
  const payload: AdapterPayload = JSON.parse(plain.toString());
  if (call && !call.browser && row.sessionId) call.from = { sessionId: row.sessionId, userId: payload.accountId };
  const consumed = row.consumedAt ? { consumed: Math.floor(row.consumedAt.getTime() / 1000) } : {};
  return { ...payload, ...consumed };
}
