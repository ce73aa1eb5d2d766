'use client';

import { useEffect, useState } from 'react';
import { Alert } from '../ui/alert';
import { Button, ButtonLink } from '../ui/button';
import { ButtonForm, SubmitButton } from '../ui/form';
import { Spinner } from '../ui/spinner';
import type { FormAction } from '../ui/use-action';
import { useHydrated } from '../ui/use-hydrated';
import { startCreation } from './api';
import { canUsePasskeys } from './capabilities';
import { CeremonyProgress } from './ceremony-message';
import { PasskeyMark } from './passkey-mark';
import { addSilently, stopAdding } from './silent-upgrade';
import { useStepUp } from './step-up';
import { useCreation } from './use-creation';

type OfferPasskeyProps = {
  returnTo: string;
  /** Whether the browser may be asked to add one by itself: right after a sign-in with a password. */
  silently: boolean;
  notNow: FormAction;
};

/** Offers a passkey for this device. Where the browser adds one by itself, that is said instead. */
export function OfferPasskey({ returnTo, silently, notNow }: OfferPasskeyProps) {
  const { busy, progress, added, create } = useOffer(returnTo, silently);
  const ready = useHydrated();
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
            aria-disabled={busy}
            icon={busy ? <Spinner className="size-5" /> : <PasskeyMark className="size-5" />}
            onClick={create}
          >
            Set up a passkey
          </Button>
          <CeremonyProgress {...progress} />
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
  const creation = useCreation(() => withStepUp(startCreation), 'done');
  const [added, setAdded] = useState<string>();

  useEffect(() => {
    if (!silently) return;
    void addSilently().then((passkey) => passkey && setAdded(passkey.name));
    return stopAdding;
  }, [silently]);

  async function create() {
    if (creation.busy) return;
    stopAdding();
    if (await creation.create()) window.location.assign(returnTo);
  }

  return { ...creation, added, create };
}

const Added = ({ name, returnTo }: { name: string; returnTo: string }) => (
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
