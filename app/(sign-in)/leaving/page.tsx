import type { Metadata } from 'next';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { Redirect } from '@/components/ui/redirect';
import { leavingTo } from '@/lib/http';

export const metadata: Metadata = { title: 'Going on' };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** What a form ends on that may lead to another site; it needs to know nothing but where to. */
export default async function LeavingPage({ searchParams }: { searchParams: SearchParams }) {
  const { to, signature } = await searchParams;
  const onward = typeof to === 'string' && typeof signature === 'string' ? leavingTo(to, signature) : undefined;
  if (onward) return <Redirect to={onward} />;
  return (
    <>
      <SignInHeading title="This page leads nowhere">
        Its address is not complete. Go back to where you came from and start again there.
      </SignInHeading>
      <ButtonLink size="large" className="w-full" href="/account">
        Go to your account
      </ButtonLink>
    </>
  );
}
