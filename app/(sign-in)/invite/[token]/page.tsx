import type { Metadata } from 'next';
import { config } from '@/lib/config';
import { RegistrationPage } from '../../registration-page';

export const metadata: Metadata = { title: 'You are invited' };

const expired = {
  text: 'The invitation was used already, or is older than seven days. If you have no account yet, ask for a new invitation.',
  way: { href: '/sign-in', label: 'Sign in' },
};

export default function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  return (
    <RegistrationPage params={params} purpose="invite" title="You are invited" expired={expired}>
      Create your account for {config.webauthn.rpName}. It gets a passkey: you sign in with your fingerprint, face or
      screen lock.
    </RegistrationPage>
  );
}
