import { useState } from 'react';
import { removePasskey, reportLostDevice } from './api';
import { describeRefusal } from './server-errors';
import { readAccepted, signalRemoved } from './signals';
import { useStepUp } from './step-up';
import type { PasskeyListing, Sentence } from './types';

type Removed = { id: string; usedInThisSession: boolean };

const ways = { 'passkey-removed': removePasskey, 'device-lost': reportLostDevice };

/** Removes a passkey, after a step-up where one is needed. Who signed in with it is signed out, and told by `notice`. */
export function useRemoval({ id, usedInThisSession }: Removed, notice: keyof typeof ways, onRemoved: () => void) {
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
