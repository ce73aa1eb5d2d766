import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { SignInNotice } from '@/components/layout/sign-in-shell';
import { seeOther } from '@/lib/see-other';
import { findSession } from '@/lib/sessions';

export const metadata: Metadata = { title: 'Signed out' };

export default async function SignedOutPage({ searchParams }: PageProps) {
  if ((await searchParams).notice === 'account-deleted') return <AccountDeleted />;
  // Opened by hand, it must not say so of who is signed in.
  if (await findSession()) seeOther('/sign-out');
  return (
    <SignInNotice title="You are signed out" variant="primary" href="/sign-in" label="Sign in again">
      Your session here has ended. Your passkeys stay where they are, ready for the next time.
    </SignInNotice>
  );
}

const AccountDeleted = () => (
  <SignInNotice title="Your account is deleted" size="medium" href="/sign-in" label="Go to sign-in">
    Everything that we held about you is gone, and your sessions have ended. Your password manager may still keep the
    passkeys: they open nothing any more, and you can remove them there.
  </SignInNotice>
);
