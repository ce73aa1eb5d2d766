import type { Metadata } from 'next';
import { RegistrationPage } from '../../registration-page';

export const metadata: Metadata = { title: 'Create your passkey' };

const expired = {
  text: 'It was used already, or is older than an hour. If your account exists, sign in; otherwise ask for a new link.',
  way: { href: '/sign-up', label: 'Get a new link' },
};

export default function ConfirmSignUpPage({ params }: { params: Promise<{ token: string }> }) {
  return (
    <RegistrationPage params={params} purpose="sign-up" title="Create your passkey" expired={expired}>
      It takes the place of a password: you sign in with your fingerprint, face or screen lock.
    </RegistrationPage>
  );
}
