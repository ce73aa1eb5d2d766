import { useEffect, useState } from 'react';
import type { ApiResult, CreationChallenge } from './api';
import { hasScreenLock, type Support } from './capabilities';
import { type CreationPhase, createPasskey, creationMessage, noScreenLock } from './creation';
import type { Sentence } from './types';

/**
 * The making of a passkey, as its button shows it. `create` yields what was made, or nothing; `afterwards` is the phase
 * that then stays: `done` where the page is left.
 */
export function useCreation(start: () => Promise<ApiResult<CreationChallenge>>, afterwards: 'idle' | 'done') {
  const [phase, show] = useState<CreationPhase>('idle');
  const [sentence, setSentence] = useState<Sentence>();
  const status = useCreationMessage(phase);

  async function create() {
    if (phase !== 'idle') return;
    setSentence(undefined);
    const created = await createPasskey(start, show);
    show(created.ok ? afterwards : 'idle');
    if (created.ok) return created.value;
    setSentence(created.sentence);
  }

  return { phase, busy: phase !== 'idle', progress: { status, sentence, asking: phase === 'asking' }, create };
}

/** What to say around the browser's dialog, fitted to what this device can do. Not to know is not to lack. */
function useCreationMessage(phase: CreationPhase) {
  const [lock, setLock] = useState<Support>('unknown');

  useEffect(() => {
    void hasScreenLock().then(setLock);
  }, []);

  return phase === 'idle' && lock === 'no' ? noScreenLock : creationMessage[phase];
}
