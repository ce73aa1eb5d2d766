'use client';

import { Plus } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../ui/button';
import { TextLink } from '../ui/text-link';
import { useHydrated } from '../ui/use-hydrated';
import { startCreation } from './api';
import { canUsePasskeys } from './capabilities';
import { CancelCeremony, CeremonyMessage } from './ceremony-message';
import { usePasskeyManager } from './passkey-manager';
import { useStepUp } from './step-up';
import { useCreation } from './use-creation';

export function AddPasskey({ label, prominent = false }: { label: string; prominent?: boolean }) {
  const { announce, setFresh } = usePasskeyManager();
  const withStepUp = useStepUp();
  const { busy, progress, create } = useCreation(() => withStepUp(startCreation), 'idle');
  const button = useRef<HTMLButtonElement>(null);
  const ready = useHydrated();

  async function add() {
    if (busy) return;
    const created = await create();
    if (!created) return button.current?.focus();
    setFresh(created.passkey.id);
    announce('Passkey created. Give it a name that you will recognise later.');
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
          busy={busy}
          icon={<Plus aria-hidden size={17} />}
          onClick={add}
        >
          {label}
        </Button>
        <p role="status" className="mt-1.5 text-sm text-muted">
          {progress.status}
        </p>
        {progress.asking && <CancelCeremony />}
      </div>
      {progress.sentence && (
        <div className="basis-full text-left">
          <CeremonyMessage sentence={progress.sentence} />
        </div>
      )}
    </>
  );
}
