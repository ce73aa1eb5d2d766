'use client';

import { type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import type { StepUpMethods } from '@/lib/credentials';
import { ActionForm, type FormAction } from '../ui/action-form';
import { Button } from '../ui/button';
import { Dialog, DialogButtons } from '../ui/dialog';
import { Divider } from '../ui/divider';
import type { FieldProps } from '../ui/form';
import { TextLink } from '../ui/text-link';
import { StepUpContext } from '../ui/use-action';
import type { ApiResult } from './api';
import { cancelCeremony } from './ceremonies';
import { ConfirmWithPasskey } from './confirm-with-passkey';

/** Makes a call; if it needs a step-up, asks for one in the dialog and repeats the call. */
export function useStepUp() {
  const confirm = useContext(StepUpContext);
  if (!confirm) throw new Error('useStepUp needs a <StepUp> around it');
  return async <T,>(call: () => Promise<ApiResult<T>>): Promise<ApiResult<T>> => {
    const answer = await call();
    if (answer.ok || answer.error.code !== 'step_up_required') return answer;
    return (await confirm()) ? call() : answer;
  };
}

type StepUpProps = { methods: StepUpMethods; email: string; byPassword: FormAction; children: ReactNode };

/** The dialog in which everything around which it stands asks again who is there. */
export function StepUp({ methods, email, byPassword, children }: StepUpProps) {
  const [open, setOpen] = useState(false);
  const settle = useRef<(confirmed: boolean) => void>(undefined);

  const confirm = useCallback(() => {
    setOpen(true);
    return new Promise<boolean>((resolve) => {
      settle.current = resolve;
    });
  }, []);

  function close(confirmed: boolean) {
    if (!confirmed) cancelCeremony();
    setOpen(false);
    settle.current?.(confirmed);
  }

  return (
    <>
      <StepUpContext value={confirm}>{children}</StepUpContext>
      <Dialog open={open} onClose={() => close(false)} title="Confirm it's you">
        <p className="mt-2 text-sm text-muted">
          {methods.strong
            ? strongWords
            : 'It has been a while since you signed in, and this changes how your account can be opened.'}{' '}
          {methods.passkey && 'Your browser will ask for your fingerprint, face or screen lock.'}
        </p>
        <div className="mt-5 space-y-5">
          {methods.passkey && <ConfirmWithPasskey className="w-full" onDone={() => close(true)} />}
          {methods.passkey && methods.password && <Divider>or with your password</Divider>}
          {methods.password && (
            <PasswordStepUp action={byPassword} email={email} withCode={methods.code} onDone={() => close(true)} />
          )}
          {!methods.passkey && !methods.password && <NoStepUpMethod methods={methods} />}
          <PasskeyNotAtHand methods={methods} />
        </div>
        <DialogButtons>
          <Button onClick={() => close(false)}>Cancel</Button>
        </DialogButtons>
      </Dialog>
    </>
  );
}

type PasswordStepUpProps = {
  action: FormAction;
  email: string;
  withCode: boolean;
  hidden?: Record<string, string>;
  onDone?: () => void;
  prominent?: boolean;
};

/** The step-up without a passkey; it works without a script. */
export function PasswordStepUp({ action, email, withCode, hidden, onDone, prominent = false }: PasswordStepUpProps) {
  const fields: FieldProps[] = [
    { name: 'password', type: 'password', label: 'Password', autoComplete: 'current-password', required: true },
  ];
  if (withCode) fields.push(codeField);
  return (
    <ActionForm
      action={action}
      hidden={hidden}
      fields={fields}
      submit="Confirm with the password"
      button={{ variant: prominent ? 'primary' : 'secondary', className: 'w-full h-11' }}
      onDone={onDone}
    >
      <input type="text" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
    </ActionForm>
  );
}

const codeField: FieldProps = {
  name: 'code',
  label: 'Code from your authenticator app',
  inputMode: 'numeric',
  autoComplete: 'one-time-code',
  hint: 'A recovery code works too.',
  required: true,
  maxLength: 100,
};

const strongWords =
  'Administrators confirm with a passkey, or with a password and a code, before they change anything.';

/** The next step where nothing of what counts is there. */
export function NoStepUpMethod({ methods: { strong, onHold } }: { methods: StepUpMethods }) {
  if (!strong) return <SignInAnew />;
  if (onHold) {
    return (
      <p className="text-sm">
        What you have came by a recovery link and opens nothing here yet. Wait until the hold is over, ask another
        administrator, or have a link made on the server: <code>npm run latchkey -- recover your-address</code>
      </p>
    );
  }
  return (
    <p className="text-sm">
      You have neither yet. First{' '}
      <a className="link font-medium" href="/account/passkeys">
        add a passkey
      </a>{' '}
      or{' '}
      <a className="link font-medium" href="/account/security#two-step">
        turn on two-step sign-in
      </a>
      .
    </p>
  );
}

/** The next step for who has lost the only thing to prove it with. */
export function PasskeyNotAtHand({ methods: { strong, passkey, password } }: { methods: StepUpMethods }) {
  if (strong || !passkey || password) return null;
  return (
    <p className="text-sm text-muted">
      Is the passkey lost, or not at hand? <TextLink href="/recover">Get a link by mail</TextLink>, which counts as a
      fresh sign-in.
    </p>
  );
}

const SignInAnew = () => (
  <p className="text-sm">
    You have no passkey and no password to confirm with.{' '}
    <a className="link font-medium" href="/recover">
      Get a new link by mail
    </a>
    , which counts as a fresh sign-in.
  </p>
);
