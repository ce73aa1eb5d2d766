import { useEffect, useState } from 'react';
import { hasScreenLock, type Support } from './capabilities';
import { type CreationPhase, creationMessage, noScreenLock } from './creation';

/** What to say around the browser's dialog, fitted to what this device can do. Not to know is not to lack. */
export function useCreationMessages(phase: CreationPhase) {
  const [lock, setLock] = useState<Support>('unknown');

  useEffect(() => {
    void hasScreenLock().then(setLock);
  }, []);

  return phase === 'idle' && lock === 'no' ? noScreenLock : creationMessage[phase];
}
