'use client';

import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { Divider } from '../ui/divider';
import { Spinner } from '../ui/spinner';
import type { FormAction } from '../ui/use-action';
import { useHydrated } from '../ui/use-hydrated';
import { canUsePasskeys } from './capabilities';
import { CeremonyMessage, CeremonyProgress } from './ceremony-message';
import { NeedsScript } from './needs-script';
import { PasskeyMark } from './passkey-mark';
import { PasswordSignIn } from './password-sign-in';
import type { FirstChallenge } from './sign-in-challenge';
import { beginSignIn, endSignIn, requestSignIn, resumeSignIn, type SignInFlow, type Step } from './sign-in-flow';

const phaseLabels: Record<Step['phase'], string> = {
  idle: 'Your browser will ask for your fingerprint, face or screen lock.',
  preparing: 'One moment…',
  asking: 'Now answer your browser: it asks for your fingerprint, face or screen lock.',
  checking: 'Checking your passkey…',
  done: 'That was you. Opening your account…',
};

type SignInProps = {
  first: FirstChallenge | null;
  returnTo?: string;
  byPassword: FormAction;
  passwordFirst?: boolean;
  /** An app demands a passkey: nothing else is offered. */
  passkeyOnly?: boolean;
  email?: string;
};

/** The whole sign-in: autofill from the moment the page is there, the passkey button, and the password. */
export function SignIn({
  first,
  returnTo,
  byPassword,
  passwordFirst = false,
  passkeyOnly = false,
  email,
}: SignInProps) {
  const { step, ask } = useSignIn(first, returnTo);
  const ready = useHydrated();
  const busy = step.phase !== 'idle';
  const button = useRef<HTMLButtonElement>(null);

  async function press(trigger: HTMLButtonElement | null, email?: string) {
    if (busy) return;
    await ask(email);
    trigger?.focus();
  }

  const byPasskey = (
    <div className="space-y-6">
      <NeedsScript otherwise={passkeyOnly ? undefined : 'Without it, sign in with your password.'} />
      {ready && !canUsePasskeys() && <NoPasskeysHere />}
      <div>
        <Button
          ref={button}
          variant={passwordFirst ? 'secondary' : 'primary'}
          size="large"
          className="w-full"
          disabled={!ready}
          aria-disabled={busy}
          icon={busy ? <Spinner className="size-5" /> : <PasskeyMark className="size-5" />}
          onClick={() => press(button.current)}
        >
          Sign in with a passkey
        </Button>
        <CeremonyProgress status={phaseLabels[step.phase]} sentence={step.sentence} asking={step.phase === 'asking'} />
      </div>
    </div>
  );
  if (passkeyOnly) return byPasskey;
  return (
    <div className="space-y-6">
      {!passwordFirst && byPasskey}
      {!passwordFirst && <Divider>or with your password</Divider>}
      <PasswordSignIn
        action={byPassword}
        returnTo={returnTo}
        email={email}
        busy={busy}
        prominent={passwordFirst}
        askFor={(email, trigger) => void press(trigger, email)}
      />
      {passwordFirst && <Divider>or with a passkey</Divider>}
      {passwordFirst && byPasskey}
    </div>
  );
}

const NoPasskeysHere = () => (
  <CeremonyMessage
    sentence={{
      tone: 'neutral',
      title: 'This browser does not know passkeys',
      text: 'It may be too old, or it may be embedded in another app.',
      next: 'Use your password, or open this page in an up-to-date browser or on your phone.',
    }}
  />
);

/** Arms autofill for as long as the page is open; `ask` is the button. */
function useSignIn(first: FirstChallenge | null, returnTo?: string) {
  const [step, show] = useState<Step>({ phase: 'idle' });
  const flow = useRef<SignInFlow>(null);

  useEffect(() => {
    const begun = beginSignIn(first, returnTo, show);
    flow.current = begun;
    const leaving = new AbortController();
    const { signal } = leaving;
    const resumeIfVisible = () => document.visibilityState === 'visible' && resumeSignIn(begun);
    const reloadWhenRestored = (event: PageTransitionEvent) => event.persisted && window.location.reload();
    document.addEventListener('visibilitychange', resumeIfVisible, { signal });
    window.addEventListener('focus', resumeIfVisible, { signal });
    document.addEventListener('focusin', resumeIfVisible, { signal });
    window.addEventListener('pageshow', reloadWhenRestored, { signal });
    return () => {
      leaving.abort();
      endSignIn(begun);
    };
  }, [first, returnTo]);

  return { step, ask: async (username?: string) => flow.current && requestSignIn(flow.current, username) };
}
