import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';

export const metadata: Metadata = { title: 'Signed out' };

export default function SignedOutPage() {
  return (
    <>
      <SignInHeading title="You are signed out">
        Your session here has ended. Your passkeys stay where they are, ready for the next time.
      </SignInHeading>
      <ButtonLink look="primary" size="large" href="/sign-in" className="w-full">
        Sign in again
      </ButtonLink>
    </>
  );
}
