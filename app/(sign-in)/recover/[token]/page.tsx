import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ActionForm } from '@/components/ui/action-form';
import { findUserLink } from '@/lib/recovery';
import { LinkExpired } from '../../link-expired';
import { openRecoveryLink } from '../actions';

export const metadata: Metadata = { title: 'Get back in' };

export default async function RecoveryLinkPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  if (!(await findUserLink('recover', token))) {
    return (
      <LinkExpired way={{ href: '/recover', label: 'Get a new link' }}>
        It was used already, is older than an hour, or a newer one was sent. Ask for a new link.
      </LinkExpired>
    );
  }

  return (
    <>
      <SignInHeading title="Get back in">
        This signs you in here and ends every other session of your account. Where two-step sign-in is on, its code is
        asked for as well.
      </SignInHeading>
      <ActionForm action={openRecoveryLink} hidden={{ token }} submit="Get back in" />
    </>
  );
}
