import type { ReactNode } from 'react';
import { confirmHere } from '@/app/(sign-in)/step-up/actions';
import { type Proofs, StepUp } from '@/components/passkeys/step-up';
import { log } from '@/lib/log';
import type { Session } from '@/lib/sessions';
import { readSettings } from '@/lib/settings';
import { readWaysIn } from './account/ways-in';

/** Lets every form and button inside ask again who is there. */
export async function Proof({ session, children }: { session: Session; children: ReactNode }) {
  return (
    <StepUp proofs={await readProofs(session)} email={session.email} byPassword={confirmHere}>
      {children}
    </StepUp>
  );
}

/** What can be proven with. Where that cannot be read the page still stands, and a passkey is asked for. */
export async function readProofs(session: Session): Promise<Proofs> {
  try {
    const [{ passkeys, passwordSince, secondFactor }, { passkeyIsTwoFactors }] = await Promise.all([
      readWaysIn(session),
      readSettings(),
    ]);
    const code = secondFactor.enrolledAt !== undefined;
    return {
      passkey: passkeys.length > 0 && (passkeyIsTwoFactors || !code),
      password: passwordSince !== undefined,
      code,
    };
  } catch (error) {
    log.error({ err: error }, 'the ways to confirm could not be read');
    return { passkey: true, password: false, code: false };
  }
}
