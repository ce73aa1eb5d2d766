import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { cookies } from 'next/headers';
import type Provider from 'oidc-provider';
import { db } from '@/db';
import { record } from '@/lib/audit';
import { type Client, findClient } from '@/lib/clients';
import { config } from '@/lib/config';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { findSession, lastAuthentication, lockOwner, type Session } from '@/lib/sessions';
import { claimsOf, subjectFor } from './accounts';
import { runAsBrowser } from './engine-context';
import { requestedAcr, type StoredAcr, satisfies } from './policy';
import { provider } from './provider';
import { findGrant, findSubject, widenGrant } from './queries';

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;
/** An authorization request that waits for a person, with the client that asks. */
export type Interaction = Awaited<ReturnType<typeof readInteraction>>;

/** A Node request for the engine, with the browser's cookies and nothing else. */
async function engineRequest() {
  const message = new IncomingMessage(new Socket());
  const jar = (await cookies()).getAll();
  message.headers = {
    host: config.publicAddress.host,
    cookie: jar.map(({ name, value }) => `${name}=${value}`).join('; '),
  };
  return [message, new ServerResponse(message)] as const;
}

/** The interaction with this uid, if it belongs to this browser, is pending and was answered by nobody else. */
export async function readInteraction(uid: string) {
  const engine = await provider();
  try {
    const request = await engineRequest();
    const details = await runAsBrowser(await findSession(), () => engine.interactionDetails(...request));
    return details.uid === uid ? await withClient(details) : undefined;
  } catch (error) {
    if ((error as Error).name === 'SessionNotFound') return undefined;
    throw error;
  }
}

/** The interaction that a sign-in will lead back to, to say on the sign-in page whom it is for. */
export async function interactionAt(returnTo: string | undefined) {
  const uid = returnTo?.match(/^\/interaction\/([\w-]{10,64})$/)?.[1];
  const interaction = uid && (await (await provider()).Interaction.find(uid));
  return interaction ? withClient(interaction as Details) : undefined;
}

async function withClient(details: Details) {
  const client = await findClient(String(details.params.client_id));
  if (!client) return undefined;
  const { must, may } = requestedAcr(details.params, client.demandedAcr);
  const hint = details.params.login_hint;
  const stored = details.prompt.details as StoredAcr;
  const { login, consent } = (details.lastSubmission ?? {}) as NonNullable<Result>;
  const mayAsk = claimsOf(client.scopes);
  return {
    uid: details.uid,
    prompt: details.prompt,
    client: { ...client, host: hostOf(client, details.params.redirect_uri) },
    /** The kinds of passkey that are asked for and good enough for every demand; empty where any sign-in is good */
    passkeys: [...must.flat(), ...may].filter(
      (acr) => acr.startsWith('phr') && must.every((demand) => satisfies(acr, demand)),
    ),
    must,
    loginHint: typeof hint === 'string' ? hint.slice(0, 254) : undefined,
    ...stored,
    scopes: stored.scopes.filter((scope) => client.scopes.includes(scope)),
    claims: stored.claims.filter((claim) => mayAsk.has(claim)),
    /** Who has allowed it already, in a sign-in that was too old by then */
    allowedBy: consent && login?.accountId,
    requestedPrompts: String(details.params.prompt ?? '').split(' '),
    maxAge: Number(details.params.max_age ?? Number.POSITIVE_INFINITY),
  };
}

/** The host of a client, as far as we know it. */
function hostOf({ redirectUris }: Client, redirectUri: unknown) {
  const uri = typeof redirectUri === 'string' ? redirectUri : redirectUris[0];
  return uri && URL.canParse(uri) ? new URL(uri).host || new URL(uri).protocol : undefined;
}

type PendingInteraction = NonNullable<Interaction>;
/** What the sign-in still lacks to satisfy the request. */
export type MissingAuthentication = 'nothing' | 'another-account' | 'account-choice' | 'reauthentication' | 'passkey';

/**
 * What the request still needs from the signed-in user: first of the sign-in, then consent. All of it is asked within one
 * interaction, so that reloading and going back lead to the question again.
 */
export async function missingFrom(
  session: Session,
  interaction: PendingInteraction,
): Promise<MissingAuthentication | 'consent'> {
  const missing = await missingAuthentication(session, interaction);
  return missing === 'nothing' && (await wantsConsent(session, interaction)) ? 'consent' : missing;
}

/** What the request still needs of the sign-in, without consent. */
export async function missingAuthentication(
  session: Session,
  interaction: PendingInteraction,
): Promise<MissingAuthentication> {
  const { prompt, startedAt, maxAge, must, passkeys } = interaction;
  const { name, reasons } = prompt;
  if (await isAnother(session, interaction)) return 'another-account';
  if (name === 'consent') return 'nothing';
  const authentication = lastAuthentication(session);
  if (name === 'select_account') return session.authTime.getTime() < startedAt ? 'account-choice' : 'nothing';
  if (!must.every((demand) => satisfies(authentication.acr, demand))) return 'passkey';
  if (reasons.includes('acr_wished') && !satisfies(authentication.acr, passkeys)) return 'passkey';
  const isBefore = authentication.at.getTime() < startedAt;
  if (isBefore && (reasons.includes('login_prompt') || reasons.includes('too_old'))) return 'reauthentication';
  if (isBefore && reasons.includes('max_age') && authentication.at.getTime() + maxAge * 1000 < Date.now())
    return 'reauthentication';
  return 'nothing';
}

/** Whether the request names another user than the one who is signed in. */
async function isAnother({ userId }: Session, { client, subjects }: PendingInteraction) {
  if (subjects.length === 0) return false;
  const ownSubject = await subjectFor(await (await provider()).Client.find(client.id), userId);
  return subjects.some((subject) => subject !== ownSubject);
}

/** Whether consent is asked now. Who is refused by the app's groups is not asked; the engine tells them. */
async function wantsConsent({ userId }: Session, interaction: PendingInteraction) {
  const { prompt, requestedPrompts, allowedBy, client, scopes, claims } = interaction;
  if (prompt.name === 'consent' || (requestedPrompts.includes('consent') && allowedBy !== userId)) return true;
  if (client.firstParty || !(await findSubject(db, userId, client.id))?.mayEnter) return false;
  const grant = await findGrant(db, userId, client.id);
  return (
    !grant || scopes.some((one) => !grant.scopes.includes(one)) || claims.some((one) => !grant.claims.includes(one))
  );
}

type Result = Parameters<Provider['interactionResult']>[2];

/** The engine's errors for an answer that comes too late, as refusals. */
const tooLate: Record<string, 'session_required' | 'interaction_over'> = {
  LoginRequired: 'session_required',
  SessionNotFound: 'interaction_over',
};

/**
 * Ends an interaction and returns where the browser goes on. The answer belongs to the session in which it was given, and
 * is refused where that has ended.
 */
async function finish(result: Result, session: Session | undefined) {
  const engine = await provider();
  const request = await engineRequest();
  try {
    const answer = () => engine.interactionResult(...request, result, { mergeWithLastSubmission: true });
    return ok(await runAsBrowser(session, answer));
  } catch (error) {
    const late = tooLate[(error as Error).name];
    if (!late) throw error;
    return fail(late);
  }
}

/** Goes on as the person who is signed in here. */
export const finishLogin = (interaction: PendingInteraction, session: Session) =>
  finish(loginOf(interaction, session), session);

/** The answer to a request that waited for a sign-in; one that waited only for consent has been answered that already. */
function loginOf({ prompt: { name } }: PendingInteraction, session: Session): Result {
  if (name === 'consent') return {};
  const { at, amr, acr } = lastAuthentication(session);
  const login = { accountId: session.userId, acr, amr, ts: Math.floor(at.getTime() / 1000), remember: true };
  return name === 'select_account' ? { select_account: {}, login } : { login };
}

/** Lets the client have what it asks for, until withdrawn, and goes on. */
export async function allow(interaction: PendingInteraction, session: Session, context: RequestContext) {
  const { client, scopes, claims } = interaction;
  const userId = session.userId;
  const allowed = await db.transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return fail('session_required');
    await widenGrant(tx, { userId, clientId: client.id, scopes, claims });
    await record(tx, { type: 'client.consented', details: { scopes }, ...eventIds(interaction, session) }, context);
    return ok(undefined);
  });
  if (!allowed.ok) return allowed;
  return finish({ ...loginOf(interaction, session), consent: {} }, session);
}

/** Goes back to the client with `access_denied` (RFC 6749 §4.1.2.1). */
export async function deny(interaction: PendingInteraction, session: Session | undefined, context: RequestContext) {
  await record(db, { type: 'client.denied', ...eventIds(interaction, session) }, context);
  return finish({ error: 'access_denied', error_description: 'the end-user refused' }, session);
}

const eventIds = ({ client }: PendingInteraction, session: Session | undefined) => ({
  clientId: client.id,
  actorId: session?.userId,
  subjectId: session?.userId,
  sessionId: session?.id,
});

/** The client whose device shows this code, while it can still be answered. */
export async function findDevice(userCode: string) {
  const normalized = userCode.replace(/[^a-z0-9]/gi, '').toUpperCase();
  const { DeviceCode } = await provider();
  const code = normalized ? await DeviceCode.findByUserCode(normalized) : undefined;
  if (!code || code.isExpired || code.accountId || code.error || code.inFlight) return undefined;
  return findClient(String(code.clientId));
}
