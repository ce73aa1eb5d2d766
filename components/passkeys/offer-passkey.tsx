'use client';

import { useEffect, useState } from 'react';
import { Alert } from '../ui/alert';
import { Button, ButtonLink } from '../ui/button';
import { ButtonForm } from '../ui/form';
import { Spinner } from '../ui/spinner';
import { SubmitButton } from '../ui/submit-button';
import type { FormAction } from '../ui/use-action';
import { useHydrated } from '../ui/use-hydrated';
import { startCreation } from './api';
import { canUsePasskeys } from './capabilities';
import { CeremonyProgress } from './ceremony-progress';
import { type CreationPhase, createPasskey } from './creation';
import { PasskeyMark } from './passkey-mark';
import { addSilently, stopAdding } from './silent-upgrade';
import { useStepUp } from './step-up';
import type { Sentence } from './types';
import { useCreationMessages } from './use-creation-words';

type OfferPasskeyProps = {
  returnTo: string;
  /** Whether the browser may be asked to add one by itself: right after a sign-in with a password. */
  silently: boolean;
  notNow: FormAction;
};

/** Offers a passkey for this device. Where the browser adds one by itself, that is said instead. */
export function OfferPasskey({ returnTo, silently, notNow }: OfferPasskeyProps) {
  const { phase, sentence, added, create } = useOffer(returnTo, silently);
  const ready = useHydrated();
  const words = useCreationMessages(phase);
  const possible = !ready || canUsePasskeys();

  if (added) return <Added name={added} returnTo={returnTo} />;
  return (
    <div className="space-y-3">
      {possible ? (
        <div>
          <Button
            variant="primary"
            size="large"
            className="w-full"
            disabled={!ready}
            aria-disabled={phase !== 'idle'}
            onClick={create}
          >
            {phase === 'idle' ? <PasskeyMark className="size-5" /> : <Spinner className="size-5" />}
            Set up a passkey
          </Button>
          <CeremonyProgress
            status={words}
            sentence={phase === 'idle' ? sentence : undefined}
            asking={phase === 'asking'}
          />
        </div>
      ) : (
        <Alert title="This browser cannot create passkeys">
          You can set one up later under Passkeys, in an up-to-date browser or on your phone.
        </Alert>
      )}
      <ButtonForm action={notNow} hidden={{ return_to: returnTo }}>
        <SubmitButton variant={possible ? 'quiet' : 'primary'} size="large" className="w-full">
          {possible ? 'Not now' : 'Continue'}
        </SubmitButton>
      </ButtonForm>
    </div>
  );
}

function useOffer(returnTo: string, silently: boolean) {
  const withStepUp = useStepUp();
  const [phase, show] = useState<CreationPhase>('idle');
  const [sentence, setSentence] = useState<Sentence>();
  const [added, setAdded] = useState<string>();

  useEffect(() => {
    if (!silently) return;
    void addSilently().then((passkey) => passkey && setAdded(passkey.name));
    return stopAdding;
  }, [silently]);

  async function create() {
    if (phase !== 'idle') return;
    stopAdding();
    setSentence(undefined);
    const created = await createPasskey(() => withStepUp(startCreation), show);
    if (created.ok) {
      show('done');
      return window.location.assign(returnTo);
    }
    show('idle');
    setSentence(created.sentence);
  }

  return { phase, sentence, added, create };
}

function Added({ name, returnTo }: { name: string; returnTo: string }) {
  return (
    <div className="space-y-4">
      <Alert tone="good" title="A passkey was added">
        Your password manager now has “{name}” for this account. The next time you can sign in with it instead of the
        password.
      </Alert>
      <ButtonLink variant="primary" size="large" href={returnTo} className="w-full">
        Continue
      </ButtonLink>
    </div>
  );
}
