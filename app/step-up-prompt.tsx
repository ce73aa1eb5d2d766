import type { ReactNode } from 'react';
import { StepUp } from '@/components/passkeys/step-up';
import { readStepUpMethods } from '@/lib/credentials';
import type { Session } from '@/lib/sessions';
import { confirmHere } from './actions';

type Props = { session: Session; strong?: boolean; children: ReactNode };

/** Lets every form and button inside ask again who is there; on the administrators' pages, for more than a password. */
export const StepUpPrompt = async ({ session, strong, children }: Props) => (
  <StepUp methods={await readStepUpMethods(session, strong)} email={session.email} byPassword={confirmHere}>
    {children}
  </StepUp>
);
