import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import { hashToken, randomToken } from '@/lib/crypto';
import { newBrowserLetter, sendLetter } from '@/lib/mail';
import { describeBrowser, type Requester } from '@/lib/requester';
import { safeReturnTo } from '@/lib/return-to';
import { endOtherSessions, endSessionOfToken, startSession } from '@/lib/sessions';
import { fromNow, MINUTES } from '@/lib/time';
import { insertPending, rememberBrowser } from './queries';

/** What signing in yields; `refused` is the failing side of its result. */
export type Outcome =
  | { status: 'signed-in'; token: string; redirectTo: string; offersPasskey: boolean }
  | { status: 'second-factor-needed'; token: string; redirectTo: '/two-factor' };

/** The browser that signs in: its own cookie, and the token of the session that it had before. */
export type SigningBrowser = { browser: string; previousToken?: string };

type Person = { userId: string; email: string };
type Proven = { amr: string[]; acr: string; passkeyId?: string; returnTo?: string | null; endsOtherSessions?: boolean };

const PENDING = 10 * MINUTES;

/** Keeps a first factor waiting for a second, for ten minutes, in this browser (requirement F10). */
export async function awaitSecondFactor(
  tx: Db,
  { userId }: Person,
  proven: Proven & { confirmsUserVerification?: boolean },
  { browser }: SigningBrowser,
): Promise<Outcome> {
  const token = randomToken();
  const hashes = { tokenHash: hashToken(token), browserHash: hashToken(browser) };
  const returnTo = safeReturnTo(proven.returnTo);
  await insertPending(tx, { ...proven, ...hashes, returnTo, userId, expiresAt: fromNow(PENDING) });
  return { status: 'second-factor-needed', token, redirectTo: '/two-factor' };
}

/** Starts the session of somebody who has proven enough: always a new one, and the browser's old one ends. */
export async function beginSession(
  tx: Db,
  person: Person,
  proven: Proven,
  { browser, previousToken }: SigningBrowser,
  by: Requester,
): Promise<Outcome> {
  const { userId } = person;
  const { amr, acr, passkeyId, returnTo, endsOtherSessions = false } = proven;
  if (previousToken) await endSessionOfToken(tx, previousToken);
  if (endsOtherSessions) await endOtherSessions(tx, userId);
  const session = await startSession(tx, { userId, passkeyId, amr, acr, address: by.address, browser: by.browser });
  await record(
    tx,
    { type: 'session.created', actorId: userId, subjectId: userId, passkeyId, sessionId: session.id },
    by,
  );
  if (await rememberBrowser(tx, userId, hashToken(browser))) tellOfNewBrowser(person, by);
  return { status: 'signed-in', token: session.token, redirectTo: safeReturnTo(returnTo), offersPasskey: !passkeyId };
}

export const tellOfNewBrowser = ({ email }: { email: string }, by: Requester) =>
  sendLetter(newBrowserLetter(email, describeBrowser(by.browser), by.address));

/** A first factor becomes a session where it is enough, and waits for a second where one is enrolled. */
export const proceed = (
  person: Person & { hasSecondFactor: boolean },
  proven: Proven,
  at: SigningBrowser,
  by: Requester,
) =>
  db.transaction((tx) =>
    person.hasSecondFactor ? awaitSecondFactor(tx, person, proven, at) : beginSession(tx, person, proven, at, by),
  );
