'use client';

import type { ReactNode } from 'react';
import type { FormAction } from '../ui/action-form';
import { ConfirmedAction } from '../ui/confirmed-action';
import { Form, FormMessage, SubmitButton } from '../ui/form';
import { useAction } from '../ui/use-action';
import { CodesLeft } from './codes-left';
import { RecoveryCodes } from './recovery-codes';
import { TotpEnrolment } from './totp-enrolment';

type TwoStepProps = {
  since: ReactNode | undefined;
  codesLeft: number;
  email: string;
  begin: FormAction;
  finish: FormAction;
  renew: FormAction;
  turnOff: FormAction;
};

/**
 * Two-step sign-in from off to on and back. The codes are shown once, here, and nowhere again. The actions are held in
 * one place, so that what came of them is found again where the page is rendered anew without a script; that of turning
 * off, whose button goes with it, by a `PersistentResult` around.
 */
export function TwoStep({ since, codesLeft, email, turnOff, ...actions }: TwoStepProps) {
  const beginning = useAction(actions.begin);
  const finishing = useAction(actions.finish);
  const renewing = useAction(actions.renew);
  const [[begun], [finished], [renewed]] = [beginning, finishing, renewing];
  const codes =
    (finished.status === 'done' && finished.data?.codes) || (renewed.status === 'done' && renewed.data?.codes);

  if (codes) return <RecoveryCodes codes={codes.split('\n')} email={email} isNew={finished.status === 'done'} />;
  if (since) {
    return (
      <div className="space-y-5">
        <p className="text-sm">
          On since <strong className="font-medium">{since}</strong>. A new phone? Turn it off, then on again there.
        </p>
        <CodesLeft left={codesLeft} />
        <FormMessage state={renewed} />
        <div className="flex flex-wrap gap-2">
          <Form sending={renewing}>
            <SubmitButton>Make new codes</SubmitButton>
          </Form>
          <TurnOff action={turnOff} />
        </div>
        <p className="text-sm text-muted">New codes end the old ones at once.</p>
      </div>
    );
  }

  const mayConfirm = begun.status === 'done' || (finished.status === 'failed' && !finished.needsStepUp);
  if (mayConfirm) return <TotpEnrolment begun={beginning} finished={finishing} />;
  return (
    <Form sending={beginning} className="space-y-4">
      <p className="max-w-prose text-sm">
        You need an authenticator app, such as Google Authenticator, 2FAS, Aegis or your password manager. You scan a
        picture with it, enter a code once, and get ten recovery codes for the day you lose the phone.
      </p>
      <FormMessage state={begun.status === 'idle' ? finished : begun} />
      <SubmitButton variant="primary">Turn on two-step sign-in</SubmitButton>
    </Form>
  );
}

const TurnOff = ({ action }: { action: FormAction }) => (
  <ConfirmedAction
    action={action}
    persistent
    label="Turn off"
    variant={{ variant: 'danger' }}
    title="Turn off two-step sign-in?"
    keep="Keep it on"
  >
    <p>Your password alone will open the account. Your recovery codes end, and the entry in your app means nothing.</p>
  </ConfirmedAction>
);
