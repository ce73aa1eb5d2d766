import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { seeOther } from '@/lib/see-other';
import { findSession } from '@/lib/sessions';

export const metadata: Metadata = { title: 'Signed out' };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function SignedOutPage({ searchParams }: { searchParams: SearchParams }) {
  if ((await searchParams).notice === 'account-deleted') return <AccountDeleted />;
  // Opened by hand, it must not say so of who is signed in.
  if (await findSession()) seeOther('/sign-out');
  return (
    <>
      <SignInHeading title="You are signed out">
        Your session here has ended. Your passkeys stay where they are, ready for the next time.
      </SignInHeading>
      <ButtonLink variant="primary" size="large" href="/sign-in" className="w-full">
        Sign in again
      </ButtonLink>
    </>
  );
}

function AccountDeleted() {
  return (
    <>
      <SignInHeading title="Your account is deleted">
        Everything that we held about you is gone, and your sessions have ended. Your password manager may still keep
        the passkeys: they open nothing any more, and you can remove them there.
      </SignInHeading>
      <ButtonLink href="/sign-in" className="w-full">
        Go to sign-in
      </ButtonLink>
    </>
  );
}
