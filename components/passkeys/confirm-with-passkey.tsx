'use client';

import { useState } from 'react';
import { Button, type ButtonLook } from '../ui/button';
import { Spinner } from '../ui/spinner';
import { useHydrated } from '../ui/use-hydrated';
import { CancelCeremony } from './cancel-ceremony';
import { CeremonyMessage } from './ceremony-message';
import { PasskeyMark } from './passkey-mark';
import { proveAgain } from './prove-again';
import type { Sentence } from './types';

type ConfirmWithPasskeyProps = ButtonLook & {
  /** Called once it was proven; without it the page goes to `returnTo`. */
  onDone?: () => void;
  returnTo?: string;
  className?: string;
};

/** The button that proves with a passkey who is there, and what came of it. */
export function ConfirmWithPasskey({ onDone, returnTo = '/account', ...look }: ConfirmWithPasskeyProps) {
  const [busy, setBusy] = useState(false);
  const [sentence, setSentence] = useState<Sentence>();
  const ready = useHydrated();

  async function ask() {
    if (busy) return;
    setBusy(true);
    setSentence(undefined);
    const outcome = await proveAgain();
    if (outcome.ok) return onDone ? onDone() : window.location.assign(returnTo);
    setBusy(false);
    setSentence(outcome.sentence);
  }

  return (
    <div className="space-y-4">
      {sentence && <CeremonyMessage sentence={sentence} />}
      <p role="status" className="sr-only">
        {busy && 'Now answer your browser.'}
      </p>
      <Button look="primary" {...look} disabled={!ready} aria-disabled={busy} onClick={ask}>
        {busy ? <Spinner /> : <PasskeyMark className="size-5" />}
        Confirm with a passkey
      </Button>
      {busy && <CancelCeremony />}
    </div>
  );
}
