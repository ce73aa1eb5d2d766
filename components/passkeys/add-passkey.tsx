'use client';

import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '../ui/button';
import { Spinner } from '../ui/spinner';
import { TextLink } from '../ui/text-link';
import { useHydrated } from '../ui/use-hydrated';
import { startCreation } from './api';
import { CancelCeremony } from './cancel-ceremony';
import { canUsePasskeys } from './capabilities';
import { CeremonyMessage } from './ceremony-message';
import { type CreationPhase, createPasskey } from './creation';
import { usePasskeyManager } from './passkey-manager';
import { useStepUp } from './step-up';
import type { Sentence } from './types';
import { useCreationMessages } from './use-creation-words';

export function AddPasskey({ label, prominent = false }: { label: string; prominent?: boolean }) {
  const { announce, setFresh } = usePasskeyManager();
  const withStepUp = useStepUp();
  const [phase, show] = useState<CreationPhase>('idle');
  const [sentence, setSentence] = useState<Sentence>();
  const button = useRef<HTMLButtonElement>(null);
  const ready = useHydrated();
  const words = useCreationMessages(phase);
  const busy = phase !== 'idle';

  async function add() {
    if (busy) return;
    setSentence(undefined);
    const created = await createPasskey(() => withStepUp(startCreation), show);
    show('idle');
    if (created.ok) {
      setFresh(created.value.passkey.id);
      return announce('Passkey created. Give it a name that you will recognise later.');
    }
    setSentence(created.sentence);
    button.current?.focus();
  }

  if (ready && !canUsePasskeys())
    return (
      <p className="text-sm text-muted">
        This browser cannot create passkeys. Use an up-to-date one, or your phone; until then a{' '}
        <TextLink href="/account/security">password with two-step sign-in</TextLink> protects the account.
      </p>
    );
  return (
    <>
      <div className={prominent ? '' : 'sm:text-right'}>
        <Button
          ref={button}
          variant="primary"
          size={prominent ? 'large' : 'medium'}
          disabled={!ready}
          aria-disabled={busy}
          onClick={add}
        >
          {busy ? <Spinner /> : <Plus aria-hidden size={17} />}
          {label}
        </Button>
        <p role="status" className="mt-1.5 text-sm text-muted">
          {words}
        </p>
        {phase === 'asking' && <CancelCeremony />}
      </div>
      {sentence && (
        <div className="basis-full text-left">
          <CeremonyMessage sentence={sentence} />
        </div>
      )}
    </>
  );
}
