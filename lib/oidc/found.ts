import { db } from '@/db';
import { findByUid, listArtifacts } from '@/lib/artifacts';
import { type Client, findClient } from '@/lib/clients';
import { currentEngineContext, type EngineContext } from './engine-context';
import { findRights, findSubject, findSurroundings } from './queries';

type RightsQuery = Parameters<typeof findRights>[1];
export type Artifact = Awaited<ReturnType<typeof listArtifacts>>[number];

const keys = {
  artifact: (hash: string) => `artifact ${hash}`,
  client: (id: string) => `client ${id}`,
  subject: (userId: string, clientId = '') => `subject ${userId} ${clientId}`,
  rights: ({ sessionId, userId, clientId }: RightsQuery) => `rights ${sessionId} ${userId} ${clientId}`,
};

/** What the engine asks for several times in a request is read once in it, and outside of one each time. */
function once<T>(key: string, read: () => Promise<T>): Promise<T> {
  const found = currentEngineContext()?.found;
  const known = found?.get(key) as Promise<T> | undefined;
  if (known) return known;
  const reading = read();
  found?.set(key, reading);
  return reading;
}

const keep = (call: EngineContext | undefined, key: string, value: unknown) =>
  call?.found.set(key, Promise.resolve(value));

/** Has an artifact read anew, because this request changes it. */
export function forgetArtifact(...hashes: (string | null)[]) {
  for (const hash of hashes) if (hash) currentEngineContext()?.found.delete(keys.artifact(hash));
}

/** An artifact; those that are asked for at the same time are read by one statement. */
export const findArtifact = (hash: string) =>
  once(keys.artifact(hash), async () => {
    const call = currentEngineContext();
    if (!call) return (await listArtifacts(db, [hash])).at(0);
    call.wanted?.hashes.push(hash);
    call.wanted ??= readSoon(call, [hash]);
    return (await call.wanted.rows).find(({ idHash }) => idHash === hash);
  });

function readSoon(call: { wanted?: unknown }, hashes: string[]) {
  const rows = Promise.resolve().then(() => {
    call.wanted = undefined;
    return listArtifacts(db, hashes);
  });
  return { hashes, rows };
}

export const findArtifactByUid = (hash: string) => once(keys.artifact(hash), () => findByUid(db, hash));
export const findClientOnce = (id: string) => once(keys.client(id), () => findClient(id));
export const findSubjectOnce = (userId: string, clientId: string | undefined) =>
  once(keys.subject(userId, clientId), () => findSubject(db, userId, clientId));
export const findRightsOnce = (query: RightsQuery) => once(keys.rights(query), () => findRights(db, query));

/** Keeps the client that a request names, as it was read with its attempt; nothing where there is none of that id. */
export const keepClient = (call: EngineContext, { id, client }: { id: string; client: Client | undefined }) =>
  keep(call, keys.client(id), client);

type Surroundings = Parameters<typeof findSurroundings>[1];

/**
 * Reads by one statement what the engine is going to ask for one by one when it has found a code, a token or its session:
 * the grant, the engine's session, the client, the user, and what the client may have of them. All of it is as of now.
 */
export async function readSurroundings(query: Surroundings) {
  const call = currentEngineContext();
  const row = await findSurroundings(db, query);
  const { client, subject, session, allowed } = row;
  const grant = row.isGrantLive && row.grant?.idHash ? row.grant : undefined;
  const engineSession = row.isEngineSessionLive && row.engineSession?.idHash ? row.engineSession : undefined;
  if (query.grantIdHash) keep(call, keys.artifact(query.grantIdHash), grant);
  if (query.uidHash) keep(call, keys.artifact(query.uidHash), engineSession);
  keep(call, keys.client(query.clientId), client ?? undefined);
  const user = subject?.id ? subject : undefined;
  keep(call, keys.subject(query.userId, query.clientId), user);
  const has = session?.acr && client && user;
  keep(call, keys.rights(query), has ? { ...client, ...session, allowed, mayEnter: user.mayEnter } : undefined);
}
