import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { OneTimeForm } from '@/components/ui/one-time-form';
import { findUserLink } from '@/lib/recovery';
import { LinkExpired } from '../../link-expired';
import { confirmAddress } from '../actions';

export const metadata: Metadata = { title: 'Confirm your address' };

export default async function ConfirmAddressPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const link = await findUserLink('verify-email', token);
  return (
    <OneTimeForm
      action={confirmAddress}
      hidden={{ token }}
      submit="Use this address"
      offer={
        link && (
          <SignInHeading title="Use this address?">
            {link.email === link.currentEmail
              ? `This confirms that ${link.email}, the address of your account, is yours.`
              : `${link.email} becomes the address of your account: you sign in with it, and letters go there.`}
          </SignInHeading>
        )
      }
      done={{
        heading: <SignInHeading title="That is done" />,
        next: (
          <ButtonLink variant="primary" size="large" href="/account" className="w-full">
            Go to your account
          </ButtonLink>
        ),
      }}
      expired={
        <LinkExpired way={{ href: '/account/profile', label: 'Go to your profile' }}>
          It was used already, is older than an hour, or a newer one was sent. Ask for a new link from your profile.
        </LinkExpired>
      }
    />
  );
}
