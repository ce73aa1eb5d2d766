import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { CreatePasskey } from '@/components/passkeys/create-passkey';
import { findEnrolment } from '@/lib/enrolments';
import { findSession } from '@/lib/sessions';
import { openLink } from '../../actions';
import { AlreadySignedIn } from '../../already-signed-in';
import { LinkExpired } from '../../link-expired';

export const metadata: Metadata = { title: 'Set up' };

export default async function SetupPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const session = await findSession();
  if (session) return <AlreadySignedIn email={session.email} />;

  const enrolment = await findEnrolment(token);
  if (enrolment?.purpose !== 'setup') {
    return (
      <LinkExpired way={{ href: '/sign-in', label: 'Sign in' }}>
        The first administrator exists already, or the link is too old. Starting the service prints a new one as long as
        there is no administrator.
      </LinkExpired>
    );
  }

  return (
    <>
      <SignInHeading title="Welcome">
        You are the first one here, so this account becomes the administrator. It gets a passkey instead of a password.
      </SignInHeading>
      <CreatePasskey
        open={openLink}
        hidden={{ token }}
        email={{ value: enrolment.email ?? '' }}
        name={{ value: enrolment.name ?? '' }}
      />
    </>
  );
}
