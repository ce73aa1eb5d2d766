import { cache } from 'react';
import { db } from '@/db';
import { log } from '@/lib/log';
import { listingOf } from '@/lib/passkeys';
import { isHeld, type Session, unheld } from '@/lib/sessions';
import { mayRecoverByMail } from '@/lib/users';
import { type StepUpWay, waysIn } from '@/lib/ways-in';
import { listWaysIn } from './queries';

/** What the signed-in person can sign in with; read once a request, however many parts of the page ask. */
export const readWaysIn = cache(async ({ userId, passkeyId }: Session) => {
  const rows = await listWaysIn(db, { userId });
  const { user, password, totp, codesLeft = 0, passkeyIsTwoFactors = true } = rows[0] ?? {};
  const { recoveryId, heldUntil } = totp ?? unheld;
  return {
    ...listingOf(
      user?.handle ?? new Uint8Array(),
      rows.flatMap(({ passkey }) => passkey ?? []),
      passkeyId,
    ),
    password: password ?? undefined,
    passwordSince: password?.changedAt,
    secondFactor: { enrolledAt: totp?.confirmedAt ?? undefined, codesLeft, recoveryId, heldUntil },
    passkeyIsTwoFactors,
    recoversByMail: user !== undefined && mayRecoverByMail(user),
  };
});

/**
 * How the person can confirm who they are, beside signing in anew. `strong`: only what is enough for an administrator;
 * `onHold`: something came by a recovery link and does not count for that yet.
 */
export type StepUpMethods = Record<StepUpWay, boolean> & { code: boolean; strong: boolean; onHold: boolean };

/**
 * What can be confirmed with; `strong` leaves out what is not enough for an administrator. Where that cannot be read the
 * page still stands, and a passkey is asked for.
 */
export async function readStepUpMethods(session: Session, strong = false): Promise<StepUpMethods> {
  try {
    const ways = await readWaysIn(session);
    return judgeStepUpMethods(ways, ways.passkeyIsTwoFactors, strong);
  } catch (error) {
    log.error({ err: error }, 'the ways to confirm could not be read');
    return { strong, passkey: true, password: false, code: false, onHold: false };
  }
}

type WaysIn = Pick<Awaited<ReturnType<typeof readWaysIn>>, 'password' | 'secondFactor'> & {
  passkeys: { heldUntil: string | null }[];
};

/** What of somebody's ways in confirms who they are. A passkey that is one factor has nowhere to ask for the code. */
export function judgeStepUpMethods(
  { passkeys, password, secondFactor }: WaysIn,
  passkeyIsTwoFactors: boolean,
  strong: boolean,
): StepUpMethods {
  const code = secondFactor.enrolledAt !== undefined;
  const isCodeHeld = code && isHeld(secondFactor);
  /** Of each way, whether what somebody has of it is held. */
  const held: Record<StepUpWay, boolean[]> = {
    passkey: passkeys.map(({ heldUntil }) => heldUntil !== null),
    password: password ? [isHeld(password)] : [],
  };
  const counts = (way: StepUpWay) => {
    if (!strong) return held[way].length > 0;
    return held[way].includes(false) && (waysIn[way].stepsUp === 'strong' || (code && !isCodeHeld));
  };
  return {
    passkey: counts('passkey') && (passkeyIsTwoFactors || !code),
    password: counts('password'),
    code,
    strong,
    onHold: held.passkey.includes(true) || isCodeHeld,
  };
}
