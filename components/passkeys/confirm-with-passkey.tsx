'use client';

import { useState } from 'react';
import { Button, type ButtonVariant } from '../ui/button';
import { Spinner } from '../ui/spinner';
import { useHydrated } from '../ui/use-hydrated';
import { CancelCeremony } from './cancel-ceremony';
import { CeremonyMessage } from './ceremony-message';
import { PasskeyMark } from './passkey-mark';
import { reauthenticate } from './reauthenticate';
import type { Sentence } from './types';

type ConfirmWithPasskeyProps = ButtonVariant & {
  /** Called after the step-up; without it the page goes to `returnTo`. */
  onDone?: () => void;
  returnTo?: string;
  className?: string;
};

/** The button for a step-up with a passkey, and its result. */
export function ConfirmWithPasskey({ onDone, returnTo = '/account', ...variant }: ConfirmWithPasskeyProps) {
  const [busy, setBusy] = useState(false);
  const [sentence, setSentence] = useState<Sentence>();
  const ready = useHydrated();

  async function ask() {
    if (busy) return;
    setBusy(true);
    setSentence(undefined);
    const outcome = await reauthenticate();
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
      <Button variant="primary" {...variant} disabled={!ready} aria-disabled={busy} onClick={ask}>
        {busy ? <Spinner /> : <PasskeyMark className="size-5" />}
        Confirm with a passkey
      </Button>
      {busy && <CancelCeremony />}
    </div>
  );
}
