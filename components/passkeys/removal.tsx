'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button';
import { DialogButtons } from '../ui/dialog';
import { removePasskey, reportLostDevice } from './api';
import { CeremonyMessage } from './ceremony-message';
import { describeRefusal } from './server-errors';
import { readAccepted, signalRemoved } from './signals';
import { useStepUp } from './step-up';
import type { PasskeyListing, Sentence } from './types';

type Removed = { id: string; usedInThisSession: boolean };

const ways = { 'passkey-removed': removePasskey, 'device-lost': reportLostDevice };
type Notice = keyof typeof ways;

/** Removes a passkey, after a step-up where one is needed. Who signed in with it is signed out, and told by `notice`. */
export function useRemoval({ id, usedInThisSession }: Removed, notice: Notice, onRemoved: () => void) {
  const withStepUp = useStepUp();
  const [busy, setBusy] = useState(false);
  const [sentence, setSentence] = useState<Sentence>();

  async function remove() {
    if (busy) return;
    setBusy(true);
    let accepted: PasskeyListing | undefined;
    const answer = await withStepUp(async () => {
      // Before it, while there is a session to read with: the removal ends this one.
      if (usedInThisSession) accepted = await readAccepted();
      return ways[notice](id);
    });
    if (!answer.ok) {
      setBusy(false);
      return setSentence(describeRefusal(answer.error, 'confirm'));
    }
    await signalRemoved(accepted ?? (await readAccepted()), id);
    if (usedInThisSession) return window.location.assign(`/sign-in?notice=${notice}`);
    onRemoved();
  }

  return { busy, sentence, remove };
}

type RemovalProps = {
  passkey: Removed;
  notice: Notice;
  submit: string;
  keep: string;
  onClose: () => void;
  onRemoved: () => void;
  /** What will happen. */
  children: ReactNode;
};

/** The inside of a dialog that asks before a passkey is removed. */
export function Removal({ passkey, notice, submit, keep, onClose, onRemoved, children }: RemovalProps) {
  const { busy, sentence, remove } = useRemoval(passkey, notice, onRemoved);
  return (
    <>
      <div className="mt-2 space-y-2 text-sm text-muted">{children}</div>
      {sentence && (
        <div className="mt-4">
          <CeremonyMessage sentence={sentence} />
        </div>
      )}
      <DialogButtons>
        <Button onClick={onClose}>{keep}</Button>
        <Button variant="danger" busy={busy} onClick={remove}>
          {submit}
        </Button>
      </DialogButtons>
    </>
  );
}
