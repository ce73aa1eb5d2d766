import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { CreatePasskey } from '@/components/passkeys/create-passkey';
import { config } from '@/lib/config';
import { findEnrolment } from '@/lib/enrolments';
import { findSession } from '@/lib/sessions';
import { openLink } from '../../actions';
import { AlreadySignedIn } from '../../already-signed-in';
import { LinkExpired } from '../../link-expired';

export const metadata: Metadata = { title: 'You are invited' };

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const session = await findSession();
  if (session) return <AlreadySignedIn email={session.email} />;

  const enrolment = await findEnrolment(token);
  if (enrolment?.purpose !== 'invite') {
    return (
      <LinkExpired way={{ href: '/sign-in', label: 'Sign in' }}>
        The invitation was used already, or is older than seven days. If you have no account yet, ask for a new
        invitation.
      </LinkExpired>
    );
  }

  return (
    <>
      <SignInHeading title="You are invited">
        Create your account for {config.webauthn.rpName}. It gets a passkey instead of a password: you sign in with your
        fingerprint, face or screen lock.
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
