import type { Db } from '@/db';
import { hashToken, randomToken } from '@/lib/crypto';
import { newBrowserEmail, sendEmail } from '@/lib/mail';
import { describeBrowser, type RequestContext } from '@/lib/request-context';
import { safeReturnTo } from '@/lib/return-to';
import { endSessionOfToken, type Origin, startSession } from '@/lib/sessions';
import { fromNow, MINUTES } from '@/lib/time';
import { endSessionsOf, lockUser } from '@/lib/users';
import { insertPending, rememberBrowser } from './queries';

/** What signing in yields; `refused` is the failing side of its result. */
export type Outcome =
  | { status: 'signed-in'; token: string; redirectTo: string; offersPasskey: boolean }
  | { status: 'second-factor-needed'; token: string; redirectTo: '/two-factor' };

/** The browser that signs in: its own cookie, and the token of the session that it had before. */
export type SigningBrowser = { browser: string; previousToken?: string };

/** Who signs in. `stamp` is theirs from when the factor was checked: whatever has changed them since ends the sign-in. */
export type Person = { userId: string; email: string; stamp: number };
type Proven = Origin & {
  amr: string[];
  acr: string;
  passkeyId?: string;
  returnTo?: string | null;
  endsOtherSessions?: boolean;
};

const PENDING = 10 * MINUTES;

/** Keeps a first factor waiting for a second, for ten minutes, in this browser (requirement F10). */
export async function startPendingSignIn(
  tx: Db,
  { userId, stamp: securityStamp }: Person,
  proven: Proven & { confirmsUserVerification?: boolean },
  { browser }: SigningBrowser,
): Promise<Outcome> {
  const token = randomToken();
  const hashes = { tokenHash: hashToken(token), browserHash: hashToken(browser) };
  const returnTo = safeReturnTo(proven.returnTo);
  const expiresAt = fromNow(PENDING);
  await insertPending(tx, { ...proven, ...hashes, returnTo, userId, securityStamp, expiresAt });
  return { status: 'second-factor-needed', token, redirectTo: '/two-factor' };
}

/**
 * Starts the session of somebody who has proven enough: always a new one, and the browser's old one ends. The caller's
 * transaction holds the user's row, with this stamp.
 */
export async function startSignedInSession(
  tx: Db,
  person: Person,
  proven: Proven,
  { browser, previousToken }: SigningBrowser,
  context: RequestContext,
): Promise<Outcome> {
  const { userId } = person;
  const { amr, acr, passkeyId, recoveryId, heldUntil, returnTo, endsOtherSessions = false } = proven;
  if (previousToken) await endSessionOfToken(tx, previousToken);
  if (endsOtherSessions) await endSessionsOf(tx, { userId, actorId: userId, reason: 'recovery' }, context);
  const stamp = endsOtherSessions ? (await lockUser(tx, userId))!.stamp : person.stamp;
  const from = { recoveryId, heldUntil, address: context.address, browser: context.browser };
  const { token } = await startSession(tx, { userId, stamp, passkeyId, amr, acr, ...from }, context);
  if (await rememberBrowser(tx, userId, hashToken(browser)))
    await sendEmail(tx, newBrowserEmail(person.email, describeBrowser(context.browser), context.address));
  return { status: 'signed-in', token, redirectTo: safeReturnTo(returnTo), offersPasskey: !passkeyId };
}
