import type { Metadata } from 'next';
import { AppMark } from '@/components/apps/app-mark';
import { LeavingForm } from '@/components/apps/leaving-form';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { SubmitButton } from '@/components/ui/submit-button';
import { findClient } from '@/lib/clients';
import { posted } from '@/lib/oidc';
import { requireSession } from '@/lib/sessions';
import { signOutAsked } from './actions';

export const metadata: Metadata = { title: 'Sign out' };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** An app asks to sign out, and cannot show that it knows who is signed in: so the person is asked. */
export default async function SignOutPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await requireSession();
  const given = Object.entries(await searchParams).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const query = new URLSearchParams(given);
  const clientId = (await posted(query)).get('client_id');
  const client = clientId ? await findClient(clientId) : undefined;
  return (
    <>
      {client && <AppMark name={client.name} logo={client.logo} className="mb-5 size-14" />}
      <SignInHeading title="Sign out everywhere?">
        {client ? `${client.name} asks to sign you out.` : 'An app asks to sign you out.'} That ends your session here
        as {session.email}, and every app that you opened with it is told.
      </SignInHeading>
      <LeavingForm action={signOutAsked} hidden={{ query: query.toString() }} to={client?.name ?? 'the next page'}>
        <SubmitButton look="primary" size="large" className="w-full">
          Sign out
        </SubmitButton>
        <ButtonLink size="large" className="w-full" href="/account">
          Stay signed in
        </ButtonLink>
      </LeavingForm>
    </>
  );
}
