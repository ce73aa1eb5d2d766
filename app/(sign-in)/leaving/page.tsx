import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { SignInNotice } from '@/components/layout/sign-in-shell';
import { Redirect } from '@/components/ui/redirect';
import { leavingTo } from '@/lib/http';

export const metadata: Metadata = { title: 'Going on' };

/** What a form ends on that may lead to another site; it needs to know nothing but where to. */
export default async function LeavingPage({ searchParams }: PageProps) {
  const { to, signature } = await searchParams;
  const onward = typeof to === 'string' && typeof signature === 'string' ? leavingTo(to, signature) : undefined;
  if (onward) return <Redirect to={onward} />;
  return (
    <SignInNotice title="This page leads nowhere">
      Its address is not complete. Go back to where you came from and start again there.
    </SignInNotice>
  );
}
