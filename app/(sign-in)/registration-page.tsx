import type { ReactNode } from 'react';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { CreatePasskey } from '@/components/passkeys/create-passkey';
import { findRegistrationLink, type RegistrationLink } from '@/lib/registration-links';
import { findSession } from '@/lib/sessions';
import { openLink } from './actions';
import { AlreadySignedIn } from './already-signed-in';
import { LinkExpired } from './link-expired';

type EnrolmentPageProps = {
  params: Promise<{ token: string }>;
  purpose: RegistrationLink['purpose'];
  title: string;
  children: ReactNode;
  /** What to say, and where to go on, when the link works no more. */
  expired: { text: string; way: { href: string; label: string } };
};

/** What a sign-up, invitation or setup link leads to: one form, which ends in a first passkey. Looking uses nothing up. */
export async function RegistrationPage({ params, purpose, title, children, expired }: EnrolmentPageProps) {
  const { token } = await params;
  const session = await findSession();
  if (session) return <AlreadySignedIn email={session.email} />;
  const link = await findRegistrationLink(token);
  if (link?.purpose !== purpose) return <LinkExpired way={expired.way}>{expired.text}</LinkExpired>;

  return (
    <>
      <SignInHeading title={title}>{children}</SignInHeading>
      <CreatePasskey
        open={openLink}
        hidden={{ token }}
        email={{ value: link.email ?? '', fixed: purpose !== 'setup' }}
        name={{ value: link.name ?? '' }}
      />
    </>
  );
}
