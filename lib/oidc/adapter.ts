import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { db } from '@/db';
import {
  consumeArtifact,
  deleteArtifact,
  deleteGranted,
  findByUserCode,
  insertOnce,
  takePoll,
  upsertArtifact,
} from '@/lib/artifacts';
import { authenticatedAs } from '@/lib/clients';
import { hashToken } from '@/lib/crypto';
import { fromNow } from '@/lib/time';
import { open, seal, steadyDigest } from '@/lib/vault';
import { engineMetadata } from './client-metadata';
import { currentEngineContext, rememberClient, rememberPresented } from './engine-context';
import {
  type Artifact,
  findArtifact,
  findArtifactByUid,
  findClientOnce,
  forgetArtifact,
  readSurroundings,
} from './found';
import { POLL_EVERY } from './lifetimes';
import { grantNow } from './rights';

/** Clients come from their own table and are never written by the engine. */
const clientAdapter: Adapter = {
  find: async (id) => {
    const client = await findClientOnce(id);
    rememberClient(client);
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
  return model === 'Interaction' ? interactionAdapter() : stored(model);
}

/**
 * An interaction belongs to the browser that started it, and its answer to the session of whoever gave it: when that session
 * ends, the interaction is open again, for whoever signs in next. The engine's session is not stored with it, because a
 * sign-in on the way replaces that session as well as ours.
 */
function interactionAdapter(): Adapter {
  const [requests, answers] = [stored('Interaction'), stored('InteractionAnswer')];
  return {
    ...requests,
    async upsert(id, { result, lastSubmission, ...payload }, expiresIn) {
      const answer = { result, lastSubmission };
      const accountId = answeredBy(answer);
      const request = { ...payload, session: undefined };
      if (accountId) await answers.upsert(id, { ...answer, accountId }, expiresIn);
      await requests.upsert(id, accountId ? request : { ...request, ...answer }, expiresIn);
    },
    async find(id) {
      const request = await requests.find(id);
      const answer = request && (await answers.find(id));
      return answer ? { ...request, result: answer.result, lastSubmission: answer.lastSubmission } : request;
    },
    async destroy(id) {
      await answers.destroy(id);
      await requests.destroy(id);
    },
  };
}

function stored(model: string): Adapter {
  const hashOf = (id: string) => hashToken(`${model}:${id}`);

  return {
    async upsert(id, payload, expiresIn) {
      const idHash = hashOf(id);
      const { keyId, sealed } = seal('oidc_artifacts', idHash, Buffer.from(JSON.stringify(payload)));
      const { accountId: userId = null, clientId = null } = payload;
      const row = {
        idHash,
        model,
        keyId,
        payload: sealed,
        grantHash: grantHashOf(model, id, payload),
        uidHash: model === 'Session' ? uidHash(payload.uid) : null,
        userCodeHash: payload.userCode ? await userCodeHash(payload.userCode) : null,
        clientId,
        userId,
        sessionId: sessionOf(model, payload),
        expiresAt: expiresIn ? fromNow(expiresIn).toISOString() : null,
      };
      forgetArtifact(idHash, row.uidHash);
      await store(row, { sids: sidsOf(model, payload), usesGrant: model === 'AccessToken' });
    },
    async find(id) {
      const row = await findArtifact(hashOf(id));
      const polls = row && model === 'DeviceCode' && currentEngineContext()?.browser === false;
      // A second less than the interval the device was told, because the latency of requests varies.
      if (polls && !(await takePoll(db, hashOf(id), fromNow(1 - POLL_EVERY)))) throw new errors.SlowDown();
      const payload = await opened(model, row);
      if (payload && presentable.has(model) && row!.sessionId)
        rememberPresented({ sessionId: row!.sessionId, userId: row!.sessionUserId ?? undefined });
      if (payload) await readWhatBelongsTo(model, payload, row!);
      return payload && model === 'Grant' ? grantNow(payload, row!.sessionId) : payload;
    },
    findByUid: async (uid) => opened(model, await findArtifactByUid(uidHash(uid)!)),
    findByUserCode: async (code) => opened(model, await findByUserCode(db, await userCodeHash(code))),
    async consume(id) {
      forgetArtifact(hashOf(id));
      if (await consumeArtifact(db, hashOf(id))) return;
      if (model === 'PushedAuthorizationRequest') throw new errors.InvalidRequestUri('request_uri was already used');
      const replayed = await opened(model, await findArtifact(hashOf(id)));
      if (replayed?.grantId) await deleteGranted(db, grantHash(replayed.grantId));
      throw new errors.InvalidGrant(`${model} already consumed`);
    },
    destroy: async (id) => {
      forgetArtifact(hashOf(id));
      await deleteArtifact(db, hashOf(id));
    },
    revokeByGrantId: async (grantId) => {
      await deleteGranted(db, grantHash(grantId));
    },
  };
}

/**
 * Takes the `jti` of a client's assertion or proof; false when it was there before (RFC 7523 §3, RFC 9449 §11.1). The
 * engine would look and then write, so that two at once both pass.
 */
export function spendOnce(issuer: string, jti: string, expiresAt: number) {
  const model = 'ReplayDetection';
  const idHash = hashToken(JSON.stringify([model, issuer, jti]));
  const { keyId, sealed: payload } = seal('oidc_artifacts', idHash, Buffer.from('{}'));
  return insertOnce(db, { idHash, model, keyId, payload, expiresAt: new Date(expiresAt * 1000).toISOString() });
}

const grantHash = (grantId: string) => hashToken(`grant:${grantId}`);
const uidHash = (uid: string | undefined) => (uid ? hashToken(`uid:${uid}`) : null);
/** A user code is short enough to be guessed from a plain hash, so its digest is keyed. */
const userCodeHash = async (code: string) => (await steadyDigest('user-code', code)).toString('base64url');

/** A grant has the hash of its own id, so that revoking it deletes it with everything issued under it. */
function grantHashOf(model: string, id: string, { grantId }: AdapterPayload) {
  if (model === 'Grant') return grantHash(id);
  return grantId && model !== 'Interaction' ? grantHash(grantId) : null;
}

/**
 * The session of ours that an artifact belongs to and ends with: that of the browser, or of the code or token that a
 * client's server presents. An artifact of a user is stored only under a live session of theirs, so that after its end
 * nothing more is issued.
 */
function sessionOf(model: string, payload: AdapterPayload) {
  const call = currentEngineContext();
  const { id, userId } = (call?.browser ? call.session : { ...call?.presented, id: call?.presented?.sessionId }) ?? {};
  const whose = payload.accountId;
  if (!whose || model === 'Interaction') return null;
  if (!id || userId !== whose) throw ended();
  return id;
}

type NewArtifact = Omit<Parameters<typeof upsertArtifact>[1], keyof ReturnType<typeof authenticatedAs> | keyof Beside>;
type Beside = { sids: string; usesGrant: boolean };

/**
 * Stores an artifact unless its session has ended, or the client whose secret or key was changed during its request: whoever
 * ends or changes them waits for the statement.
 */
async function store(artifact: NewArtifact, beside: Beside) {
  const client = currentEngineContext()?.client;
  const authenticated = authenticatedAs(client?.id === artifact.clientId ? client : undefined);
  const stored = await upsertArtifact(db, { ...artifact, ...authenticated, ...beside }).catch((error: unknown) => {
    if (isOrphan(error)) return [{ isAuthenticated: true, isLive: false }];
    throw error;
  });
  const { isAuthenticated, isLive } = stored[0]!;
  if (!isAuthenticated) throw new errors.InvalidClientAuth('the client has changed since it proved itself');
  if (!isLive && artifact.model !== 'Session') throw ended();
}

/** The user who gave this answer, which ends with their session; nobody where there is none, or only a refusal. */
function answeredBy({ result, lastSubmission }: Record<'result' | 'lastSubmission', unknown>) {
  const answer = { ...(lastSubmission as Answer), ...(result as Answer) };
  if (Object.keys(answer).every((name) => name.startsWith('error'))) return undefined;
  return answer.login?.accountId ?? currentEngineContext()?.session?.userId ?? 'nobody';
}
type Answer = { login?: { accountId: string } } | undefined;

/** The error for an ended session: `invalid_grant` to a client's server, `login_required` to a browser. */
const ended = () =>
  currentEngineContext()?.browser
    ? new errors.LoginRequired('the session has ended')
    : new errors.InvalidGrant('the session has ended');

/** The session, user or client that a record belongs to went away while it was written (foreign_key_violation). */
const isOrphan = (error: unknown): boolean =>
  error instanceof Error && ((error as { code?: unknown }).code === '23503' || isOrphan(error.cause));

/** By which `sid` each client knows a session that it has signed in to, as JSON. */
function sidsOf(model: string, { authorizations = {} }: AdapterPayload) {
  const known = model === 'Session' ? Object.entries(authorizations).filter(([, { sid }]) => sid) : [];
  return JSON.stringify(Object.fromEntries(known.map(([clientId, { sid }]) => [clientId, sid])));
}

/** The models that a client's server presents to get more tokens of the same session. */
const presentable = new Set(['AuthorizationCode', 'RefreshToken', 'DeviceCode', 'AccessToken']);
/** The models that a browser finds only while they belong to its own session of ours. */
const followed = new Set(['Session', 'Interaction', 'InteractionAnswer']);

/** The record as the engine knows it; nothing when no secret of ours opens it. Reading changes nothing. */
async function opened(model: string, row: Artifact | undefined): Promise<AdapterPayload | undefined> {
  if (!row) return undefined;
  const call = currentEngineContext();
  if (followed.has(model) && call?.browser && row.sessionId && row.sessionId !== call.session?.id) return undefined;
  const plain = await open('oidc_artifacts', row.idHash, { keyId: row.keyId, sealed: row.payload });
  if (!plain) return undefined;
  const payload: AdapterPayload = JSON.parse(plain.toString());
  const consumed = row.consumedAt ? { consumed: Math.floor(row.consumedAt.getTime() / 1000) } : {};
  return { ...payload, ...consumed };
}

/** Reads what the engine will ask for next, when a client's server presents a code or a token, or a browser its session. */
async function readWhatBelongsTo(model: string, payload: AdapterPayload, row: Artifact) {
  const call = currentEngineContext();
  const clientId = call?.browser ? call.clientId : payload.clientId;
  const { accountId: userId, grantId: presentedGrant, sessionUid } = payload;
  const { sessionId } = row;
  const isNext = model === 'Session' ? call?.browser : presentable.has(model) && !call?.browser;
  if (!call || !isNext || !sessionId || !userId || !clientId) return;
  const grantId = presentedGrant ?? payload.authorizations?.[clientId]?.grantId;
  await readSurroundings({
    ...{ sessionId, userId, clientId },
    grantIdHash: grantId ? hashToken(`Grant:${grantId}`) : '',
    uidHash: (sessionUid && uidHash(String(sessionUid))) || '',
  });
}
