'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Spinner } from '../ui/spinner';
import { useHydrated } from '../ui/use-hydrated';
import { canUsePasskeys } from './capabilities';
import { CeremonyMessage } from './ceremony-message';
import { Handshake } from './handshake';
import { NeedsScript } from './needs-script';
import { PasskeyMark } from './passkey-mark';
import type { FirstChallenge } from './sign-in-challenge';
import { askForPasskey, beginSignIn, endSignIn, type SignInFlow, type Step, wakeSignIn } from './sign-in-flow';

const said: Record<Step['phase'], string> = {
  idle: 'Your browser will ask for your fingerprint, face or screen lock.',
  preparing: 'One moment…',
  asking: 'Now answer your browser: it asks for your fingerprint, face or screen lock.',
  checking: 'Checking your passkey…',
  done: 'That was you. Opening your account…',
};

type SignInProps = { first: FirstChallenge | null; returnTo?: string };

/** The whole sign-in: autofill from the moment the page is there, one button, and the e-mail first as a choice. */
export function SignIn({ first, returnTo }: SignInProps) {
  const { step, ask } = useSignIn(first, returnTo);
  const ready = useHydrated();
  const busy = step.phase !== 'idle';
  const button = useRef<HTMLButtonElement>(null);
  const submit = useRef<HTMLButtonElement>(null);

  async function press(trigger: HTMLButtonElement | null, username?: string) {
    if (busy) return;
    await ask(username);
    trigger?.focus();
  }

  function continueWithEmail(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    void press(submit.current, String(new FormData(event.currentTarget).get('username')).trim());
  }

  return (
    <div className="space-y-6">
      <NeedsScript />
      {ready && !canUsePasskeys() && <NoPasskeysHere />}
      <div>
        <Button
          ref={button}
          look="primary"
          size="large"
          className="w-full"
          disabled={!ready}
          aria-disabled={busy}
          onClick={() => press(button.current)}
        >
          {busy ? <Spinner className="size-5" /> : <PasskeyMark className="size-5" />}
          Sign in with a passkey
        </Button>
        <Handshake said={said[step.phase]} sentence={step.sentence} />
      </div>
      <Divider />
      <form method="post" onSubmit={continueWithEmail} className="space-y-4">
        <Field
          label="E-mail"
          name="username"
          type="email"
          autoComplete="username webauthn"
          required
          maxLength={254}
          spellCheck={false}
        />
        <Button ref={submit} type="submit" className="h-11 w-full" disabled={!ready} aria-disabled={busy}>
          Continue
        </Button>
      </form>
    </div>
  );
}

function useSignIn(first: FirstChallenge | null, returnTo?: string) {
  const [step, show] = useState<Step>({ phase: 'idle' });
  const flow = useRef<SignInFlow>(null);

  useEffect(() => {
    const begun = beginSignIn(first, returnTo, show);
    flow.current = begun;
    const wake = () => document.visibilityState === 'visible' && wakeSignIn(begun);
    const reloadWhenRestored = (event: PageTransitionEvent) => event.persisted && window.location.reload();
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('focus', wake);
    window.addEventListener('pageshow', reloadWhenRestored);
    return () => {
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('focus', wake);
      window.removeEventListener('pageshow', reloadWhenRestored);
      endSignIn(begun);
    };
  }, [first, returnTo]);

  return { step, ask: async (username?: string) => flow.current && askForPasskey(flow.current, username) };
}

function Divider() {
  return (
    <div
      aria-hidden
      className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line"
    >
      or start with your e-mail
    </div>
  );
}

function NoPasskeysHere() {
  return (
    <CeremonyMessage
      sentence={{
        tone: 'neutral',
        title: 'This browser does not know passkeys',
        text: 'It may be too old, or it may be embedded in another app.',
        next: 'Open this page in an up-to-date browser, or on your phone.',
      }}
    />
  );
}
