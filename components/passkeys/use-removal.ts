import { useState } from 'react';
import { removePasskey } from './api';
import { describeRefusal } from './server-errors';
import { tellPasswordManager } from './signals';
import { useStepUp } from './step-up';
import type { Sentence } from './types';

type Removed = { id: string; usedInThisSession: boolean };

/** Removes a passkey, after a fresh proof where one is wanted. Who signed in with it is signed out, and told by `notice`. */
export function useRemoval({ id, usedInThisSession }: Removed, notice: string, onRemoved: () => void) {
  const withStepUp = useStepUp();
  const [busy, setBusy] = useState(false);
  const [sentence, setSentence] = useState<Sentence>();

  async function remove() {
    if (busy) return;
    setBusy(true);
    const answer = await withStepUp(() => removePasskey(id));
    if (!answer.ok) {
      setBusy(false);
      return setSentence(describeRefusal(answer.error, 'confirm'));
    }
    if (usedInThisSession) return window.location.assign(`/sign-in?notice=${notice}`);
    await tellPasswordManager();
    onRemoved();
  }

  return { busy, sentence, remove };
}
