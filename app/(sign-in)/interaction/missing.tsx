import { SignInHeading, SignInNotice } from '@/components/layout/sign-in-shell';
import { ConfirmWithPasskey } from '@/components/passkeys/confirm-with-passkey';
import { NeedsScript } from '@/components/passkeys/needs-script';
import { ButtonLink } from '@/components/ui/button';
import { ButtonForm, SubmitButton } from '@/components/ui/form';
import { ShownAs } from '@/components/ui/shown-as';
import { readStepUpMethods } from '@/lib/credentials';
import type { Interaction } from '@/lib/oidc';
import type { Session } from '@/lib/sessions';
import { goBack, stay, useAnotherAccount } from './actions';

type MissingProps = { interaction: NonNullable<Interaction>; session: Session };

export const InteractionOver = () => (
  <SignInNotice title="This sign-in is over">
    It took too long, or it was finished already. Go back to the app that you came from and start again there.
  </SignInNotice>
);

/** Signed in, but not as the app demands it. */
export async function PasskeyNeeded({ interaction: { uid, client, passkeys }, session }: MissingProps) {
  const { passkey } = await readStepUpMethods(session);
  const wants = passkeys.length === 0 ? 'two-factors' : passkeys.includes('phr') ? 'passkey' : 'device-bound';
  return (
    <ShownAs id={session.userId}>
      <SignInHeading
        app={client}
        title={`${client.name} asks for ${wants === 'two-factors' ? 'a second step' : 'a passkey'}`}
      >
        {stronger[wants]}
      </SignInHeading>
      {passkey ? (
        <>
          <NeedsScript />
          <ConfirmWithPasskey size="large" className="w-full" returnTo={`/interaction/${uid}`} />
        </>
      ) : (
        <ButtonLink variant="primary" size="large" className="w-full" href="/account/passkeys">
          Add a passkey to your account
        </ButtonLink>
      )}
      <Other uid={uid} label="Use another account" />
      <GoBack uid={uid} to={client.name} />
    </ShownAs>
  );
}

const stronger = {
  'two-factors': 'A password is not enough there: it takes a passkey, or two-step sign-in.',
  passkey: 'A password is not enough there. Your browser will ask for your fingerprint, face or screen lock.',
  'device-bound':
    'It has to be one that cannot leave its device, such as a security key. Passkeys that are synced between devices are not accepted.',
};

/** Who would not confirm goes back to the app, or is somebody else. */
export function NotConfirmed({ interaction: { uid, client }, session }: MissingProps) {
  const stepUp = `/step-up?return_to=${encodeURIComponent(`/interaction/${uid}`)}`;
  return (
    <ShownAs id={session.userId}>
      <SignInHeading app={client} title="You did not confirm">
        {client.name} does not let you in as {session.email} without a fresh proof that it is you.
      </SignInHeading>
      <GoBack uid={uid} to={client.name} prominent />
      <ButtonLink size="large" className="mt-3 w-full" href={stepUp}>
        Confirm that it is you
      </ButtonLink>
      <Other uid={uid} label="Use another account" />
    </ShownAs>
  );
}

const GoBack = ({ uid, to, prominent = false }: { uid: string; to: string; prominent?: boolean }) => (
  <ButtonForm action={goBack} hidden={{ uid }} className="mt-3">
    <SubmitButton variant={prominent ? 'primary' : 'secondary'} size="large" className="w-full">
      Go back to {to}
    </SubmitButton>
  </ButtonForm>
);

/** The app wants to know which account, or expects another one. */
export function AnotherAccount({
  interaction: { uid, client },
  session,
  mayStay,
}: MissingProps & { mayStay: boolean }) {
  return (
    <ShownAs id={session.userId}>
      <SignInHeading
        app={client}
        title={mayStay ? `Which account for ${client.name}?` : `${client.name} expects another account`}
      >
        This browser is signed in as {session.email}.
      </SignInHeading>
      {mayStay && (
        <ButtonForm action={stay} hidden={{ uid }}>
          <SubmitButton variant="primary" size="large" className="w-full">
            Go on as {session.name}
          </SubmitButton>
        </ButtonForm>
      )}
      <Other uid={uid} label="Use another account" prominent={!mayStay} />
    </ShownAs>
  );
}

const Other = ({ uid, label, prominent = false }: { uid: string; label: string; prominent?: boolean }) => (
  <ButtonForm action={useAnotherAccount} hidden={{ uid }} className="mt-3">
    <SubmitButton variant={prominent ? 'primary' : 'secondary'} size="large" className="w-full">
      {label}
    </SubmitButton>
    <p className="mt-3 text-sm text-muted">
      That ends the session of {prominent ? 'the other account' : 'this one'} here.
    </p>
  </ButtonForm>
);
