'use client';

import { startAuthentication } from '@simplewebauthn/browser';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { Dialog, DialogButtons } from '../ui/dialog';
import { Spinner } from '../ui/spinner';
import { finishStepUp, startStepUp } from './api';
import { describeException } from './ceremony-errors';
import { CeremonyMessage } from './ceremony-message';
import { describeRefusal } from './server-errors';
import type { Sentence } from './types';
import { type WithStepUp, withStepUp } from './with-step-up';

const StepUpContext = createContext<(() => Promise<boolean>) | null>(null);

/** Asks who is there, in a dialog; true once that was proven. */
export function useConfirm() {
  const confirm = useContext(StepUpContext);
  if (!confirm) throw new Error('useConfirm needs a <StepUp> around it');
  return confirm;
}

/** For calls that may need a fresh proof of who is there. */
export function useStepUp(): WithStepUp {
  const confirm = useConfirm();
  return (call) => withStepUp(call, confirm);
}

export function StepUp({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const settle = useRef<(confirmed: boolean) => void>(undefined);

  const confirm = useCallback(() => {
    setOpen(true);
    return new Promise<boolean>((resolve) => {
      settle.current = resolve;
    });
  }, []);

  function close(confirmed: boolean) {
    setOpen(false);
    settle.current?.(confirmed);
  }

  return (
    <StepUpContext value={confirm}>
      {children}
      <Dialog open={open} onClose={() => close(false)} title="Confirm it's you">
        <Confirmation onDone={close} />
      </Dialog>
    </StepUpContext>
  );
}

function Confirmation({ onDone }: { onDone: (confirmed: boolean) => void }) {
  const [busy, setBusy] = useState(false);
  const [sentence, setSentence] = useState<Sentence>();

  async function ask() {
    if (busy) return;
    setBusy(true);
    setSentence(undefined);
    const outcome = await proveAgain();
    setBusy(false);
    if (outcome.ok) onDone(true);
    else setSentence(outcome.sentence);
  }

  return (
    <>
      <p className="mt-2 text-sm text-muted">
        It has been a while since you signed in, and this changes how your account can be opened. Your browser will ask
        for your fingerprint, face or screen lock.
      </p>
      {sentence && (
        <div className="mt-4">
          <CeremonyMessage sentence={sentence} />
        </div>
      )}
      <p role="status" className="sr-only">
        {busy && 'Now answer your browser.'}
      </p>
      <DialogButtons>
        <Button onClick={() => onDone(false)}>Cancel</Button>
        <Button look="primary" aria-disabled={busy} onClick={ask}>
          {busy && <Spinner />}
          Confirm with a passkey
        </Button>
      </DialogButtons>
    </>
  );
}

async function proveAgain(): Promise<{ ok: true } | { ok: false; sentence?: Sentence }> {
  const challenge = await startStepUp();
  if (!challenge.ok) return { ok: false, sentence: describeRefusal(challenge.error, 'confirm') };
  try {
    const credential = await startAuthentication({ optionsJSON: challenge.value.options });
    const answer = await finishStepUp(challenge.value.challengeId, credential);
    return answer.ok ? { ok: true } : { ok: false, sentence: describeRefusal(answer.error, 'confirm') };
  } catch (cause) {
    return { ok: false, sentence: describeException(cause, 'confirm', challenge.requestId) };
  }
}
