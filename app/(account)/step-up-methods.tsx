import type { ReactNode } from 'react';
import { confirmHere } from '@/app/(sign-in)/step-up/actions';
import { StepUp, type StepUpMethods } from '@/components/passkeys/step-up';
import { log } from '@/lib/log';
import { isHeld, type Session } from '@/lib/sessions';
import { readSettings } from '@/lib/settings';
import { readWaysIn } from './account/ways-in';

/** Lets every form and button inside ask again who is there; on the administrators' pages, for more than a password. */
export async function StepUpPrompt({
  session,
  strong,
  children,
}: {
  session: Session;
  strong?: boolean;
  children: ReactNode;
}) {
  return (
    <StepUp proofs={await readStepUpMethods(session, strong)} email={session.email} byPassword={confirmHere}>
      {children}
    </StepUp>
  );
}

/**
 * What can be proven with; `strong` leaves out what is not enough for an administrator. Where that cannot be read the
 * page still stands, and a passkey is asked for.
 */
export async function readStepUpMethods(session: Session, strong = false): Promise<StepUpMethods> {
  try {
    const [ways, { passkeyIsTwoFactors }] = await Promise.all([readWaysIn(session), readSettings()]);
    return { strong, ...judge(ways, passkeyIsTwoFactors, strong) };
  } catch (error) {
    log.error({ err: error }, 'the ways to confirm could not be read');
    return { strong, passkey: true, password: false, code: false, onHold: false };
  }
}

type WaysIn = Awaited<ReturnType<typeof readWaysIn>>;

function judge({ passkeys, password, secondFactor }: WaysIn, passkeyIsTwoFactors: boolean, strong: boolean) {
  const code = secondFactor.enrolledAt !== undefined;
  const held = [...passkeys.map(({ heldUntil }) => heldUntil !== null), code && isHeld(secondFactor)];
  const all = { passkey: passkeys.length > 0, password: password !== undefined };
  const enough = {
    passkey: passkeys.some(({ heldUntil }) => heldUntil === null),
    password: password !== undefined && code && !isHeld(password) && !isHeld(secondFactor),
  };
  const counts = strong ? enough : all;
  return {
    passkey: counts.passkey && (passkeyIsTwoFactors || !code),
    password: counts.password,
    code,
    onHold: held.includes(true),
  };
}
