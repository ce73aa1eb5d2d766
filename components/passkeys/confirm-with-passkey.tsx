'use client';

import { useState } from 'react';
import { Button, type ButtonVariant } from '../ui/button';
import { useHydrated } from '../ui/use-hydrated';
import { finishStepUp, startStepUp } from './api';
import { requestPasskey } from './ceremonies';
import { describeException } from './ceremony-errors';
import { CancelCeremony, CeremonyMessage } from './ceremony-message';
import { PasskeyMark } from './passkey-mark';
import { describeRefusal } from './server-errors';
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
      <Button
        variant="primary"
        {...variant}
        disabled={!ready}
        busy={busy}
        icon={<PasskeyMark className="size-5" />}
        onClick={ask}
      >
        Confirm with a passkey
      </Button>
      {busy && <CancelCeremony />}
    </div>
  );
}

/** Asks for a passkey inside a session. What stops it comes back as a sentence, or as silence. */
async function reauthenticate(): Promise<{ ok: true } | { ok: false; sentence?: Sentence }> {
  const challenge = await startStepUp();
  if (!challenge.ok) return { ok: false, sentence: describeRefusal(challenge.error, 'confirm') };
  try {
    const credential = await requestPasskey({ optionsJSON: challenge.value.options });
    const answer = await finishStepUp(challenge.value.challengeId, credential);
    return answer.ok ? { ok: true } : { ok: false, sentence: describeRefusal(answer.error, 'confirm') };
  } catch (cause) {
    return { ok: false, sentence: describeException(cause, 'confirm', challenge.requestId) };
  }
}
