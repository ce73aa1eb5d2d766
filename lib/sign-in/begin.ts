import { afterCommit, type Db } from '@/db';
import { hashToken, randomToken } from '@/lib/crypto';
import { deliverNewBrowserEmails } from '@/lib/mail';
import type { VerifiedAssertion } from '@/lib/passkeys';
import type { RequestContext } from '@/lib/request-context';
import { safeReturnTo } from '@/lib/return-to';
import { type Origin, revokeSessions } from '@/lib/sessions';
import { fromNow, MINUTES } from '@/lib/time';
import { lockUser } from '@/lib/users';
import { insertPending, insertSession } from './queries';

type SignedIn = { status: 'signed-in'; token: string; redirectTo: string; offersPasskey: boolean };

/** What signing in yields; `refused` is the failing side of its result. */
export type Outcome = SignedIn | { status: 'second-factor-needed'; token: string; redirectTo: '/two-factor' };

/** The browser that signs in: its own cookie, and the token of the session that it had before. */
export type SigningBrowser = { browser: string; previousToken?: string };

/** Who signs in. `stamp` is theirs from when the factor was checked: whatever has changed them since ends the sign-in. */
export type Person = { userId: string; email: string; stamp: number };
type Authentication = Origin & {
  amr: string[];
  acr: string;
  passkeyId?: string;
  returnTo?: string | null;
  endsOtherSessions?: boolean;
};

const PENDING = 10 * MINUTES;

/** Stores a first factor until the second is there, for ten minutes, in this browser (requirement F10). */
export async function startPendingSignIn(
  tx: Db,
  { userId, stamp: securityStamp }: Person,
  authentication: Authentication & { confirmsUserVerification?: boolean },
  { browser }: SigningBrowser,
): Promise<Outcome> {
  const token = randomToken();
  const hashes = { tokenHash: hashToken(token), browserHash: hashToken(browser) };
  const returnTo = safeReturnTo(authentication.returnTo);
  const expiresAt = fromNow(PENDING);
  await insertPending(tx, { ...authentication, ...hashes, returnTo, userId, securityStamp, expiresAt });
  return { status: 'second-factor-needed', token, redirectTo: '/two-factor' };
}

/**
 * Starts a session after a complete authentication: always a new one, and the browser's old one ends. Returns nothing where
 * the user is disabled or has changed since, or where another use of the passkey came before this `assertion`.
 */
export async function startSession(
  tx: Db,
  person: Person,
  { assertion, ...authentication }: Authentication & { assertion?: VerifiedAssertion },
  { browser, previousToken }: SigningBrowser,
  context: RequestContext,
): Promise<SignedIn | undefined> {
  const { userId, email } = person;
  const { amr, acr, passkeyId, recoveryId, heldUntil, returnTo, endsOtherSessions } = authentication;
  if (endsOtherSessions) await revokeSessions(tx, { userId, actor: 'owner', reason: 'recovery' }, context);
  const stamp = endsOtherSessions ? (await lockUser(tx, userId))!.stamp : person.stamp;
  const from = { recoveryId, heldUntil, address: context.address, browser: context.browser };
  const session = { userId, stamp, passkeyId, amr, acr, ...from };
  const token = randomToken();
  const endedTokenHash = previousToken ? hashToken(previousToken) : null;
  const hashes = { tokenHash: hashToken(token), endedTokenHash, browserHash: hashToken(browser) };
  const started = await insertSession(tx, { session, email, assertion, ...hashes }, context);
  if (!started) return undefined;
  if (started.isNewBrowser) await afterCommit(tx, deliverNewBrowserEmails);
  return { status: 'signed-in', token, redirectTo: safeReturnTo(returnTo), offersPasskey: !passkeyId };
}

/** The same for a user whose row the caller's transaction holds, with this stamp. */
export async function startHeldSession(...start: Parameters<typeof startSession>) {
  const outcome = await startSession(...start);
  if (!outcome) throw new Error('a session was to begin for somebody whose row was not held');
  return outcome;
}
