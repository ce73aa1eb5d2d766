import type { ReactNode } from 'react';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { CreatePasskey } from '@/components/passkeys/create-passkey';
import { type Enrolment, findEnrolment } from '@/lib/enrolments';
import { findSession } from '@/lib/sessions';
import { openLink } from './actions';
import { AlreadySignedIn } from './already-signed-in';
import { LinkExpired } from './link-expired';

type EnrolmentPageProps = {
  params: Promise<{ token: string }>;
  purpose: Enrolment['purpose'];
  title: string;
  children: ReactNode;
  /** What to say, and where to go on, when the link works no more. */
  expired: { text: string; way: { href: string; label: string } };
};

/** What a sign-up, invitation or setup link leads to: one form, which ends in a first passkey. Looking uses nothing up. */
export async function EnrolmentPage({ params, purpose, title, children, expired }: EnrolmentPageProps) {
  const { token } = await params;
  const session = await findSession();
  if (session) return <AlreadySignedIn email={session.email} />;
  const enrolment = await findEnrolment(token);
  if (enrolment?.purpose !== purpose) return <LinkExpired way={expired.way}>{expired.text}</LinkExpired>;

  return (
    <>
      <SignInHeading title={title}>{children}</SignInHeading>
      <CreatePasskey
        open={openLink}
        hidden={{ token }}
        email={{ value: enrolment.email ?? '', fixed: purpose !== 'setup' }}
        name={{ value: enrolment.name ?? '' }}
      />
    </>
  );
}
