import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { CreatePasskey } from '@/components/passkeys/create-passkey';
import { findEnrolment } from '@/lib/enrolments';
import { findSession } from '@/lib/sessions';
import { openLink } from '../../actions';
import { AlreadySignedIn } from '../../already-signed-in';
import { LinkExpired } from '../../link-expired';

export const metadata: Metadata = { title: 'Create your passkey' };

export default async function ConfirmSignUpPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const session = await findSession();
  if (session) return <AlreadySignedIn email={session.email} />;

  const enrolment = await findEnrolment(token);
  if (enrolment?.purpose !== 'sign-up') {
    return (
      <LinkExpired way={{ href: '/sign-up', label: 'Get a new link' }}>
        It was used already, or is older than an hour. If your account exists, sign in; otherwise ask for a new link.
      </LinkExpired>
    );
  }

  return (
    <>
      <SignInHeading title="Create your passkey">
        It takes the place of a password: you sign in with your fingerprint, face or screen lock.
      </SignInHeading>
      <CreatePasskey
        open={openLink}
        hidden={{ token }}
        email={{ value: enrolment.email ?? '', fixed: true }}
        name={{ value: enrolment.name ?? '' }}
      />
    </>
  );
}
