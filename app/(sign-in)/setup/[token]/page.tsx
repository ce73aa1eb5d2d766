import type { Metadata } from 'next';
import { RegistrationPage } from '../../registration-page';

export const metadata: Metadata = { title: 'Set up' };

const expired = {
  text: 'The first administrator exists already, or the link is too old. Starting the service prints a new one as long as there is no administrator.',
  way: { href: '/sign-in', label: 'Sign in' },
};

export default function SetupPage({ params }: { params: Promise<{ token: string }> }) {
  return (
    <RegistrationPage params={params} purpose="setup" title="Welcome" expired={expired}>
      You are the first one here, so this account becomes the administrator. You will sign in with your fingerprint,
      face or screen lock.
    </RegistrationPage>
  );
}
