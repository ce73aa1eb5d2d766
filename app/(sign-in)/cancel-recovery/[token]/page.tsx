import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { OneTimeForm } from '@/components/ui/one-time-form';
import { findCancellation } from '@/lib/recovery';
import { LinkExpired } from '../../link-expired';
import { cancel } from '../actions';

export const metadata: Metadata = { title: 'Undo a recovery' };

export default async function CancelRecoveryPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const cancellation = await findCancellation(token);
  return (
    <OneTimeForm
      action={cancel}
      hidden={{ token }}
      submit="Undo it"
      offer={cancellation && <Offer {...cancellation} />}
      done={{ heading: <SignInHeading title="That is undone" />, next: <Next /> }}
      expired={
        <LinkExpired way={{ href: '/account/security', label: 'Look at your account' }}>
          It was used already, or is older than a week. Sign in to see what can open your account, and remove what you
          do not know.
        </LinkExpired>
      }
    />
  );
}

type Cancellation = NonNullable<Awaited<ReturnType<typeof findCancellation>>>;

function Offer({ email, passkeys, password, totp }: Cancellation) {
  const added = [
    ...passkeys.map((name) => `The passkey “${name}”`),
    ...(password ? ['The password'] : []),
    ...(totp ? ['Two-step sign-in with its recovery codes'] : []),
  ];
  return (
    <>
      <SignInHeading title="Was this not you?">
        A recovery link was used for {email}. This takes away what was added by it, and ends the sessions that came of
        it. You need not be signed in.
      </SignInHeading>
      {added.length > 0 && (
        <div className="mb-6 rounded-control border border-line bg-inset px-4 py-3 text-sm">
          <p className="font-semibold">What goes</p>
          <ul className="mt-1 list-disc pl-5">
            {added.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

const Next = () => (
  <>
    <p className="text-sm">
      Whoever did this could read your mail, so change the password of your mailbox. Then sign in here. If nothing of
      yours works any more, get back in by a new link.
    </p>
    <ButtonLink variant="primary" size="large" href="/sign-in" className="w-full">
      Sign in
    </ButtonLink>
    <ButtonLink href="/recover" className="w-full">
      Get back in by a new link
    </ButtonLink>
  </>
);
