import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';

export const metadata: Metadata = { title: 'Device' };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

export default async function DeviceDonePage({ searchParams }: { searchParams: SearchParams }) {
  const refused = (await searchParams).refused !== undefined;
  return (
    <>
      <SignInHeading title={refused ? 'The device was refused' : 'The device is signed in'}>
        {refused ? 'It did not get anything. You can close this page.' : 'Go on there; you can close this page.'}
      </SignInHeading>
      <ButtonLink size="large" className="w-full" href="/account">
        Go to your account
      </ButtonLink>
    </>
  );
}
