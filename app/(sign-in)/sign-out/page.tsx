import type { Metadata } from 'next';
import { AppMark } from '@/components/apps/app-mark';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { ButtonForm } from '@/components/ui/form';
import { SubmitButton } from '@/components/ui/submit-button';
import { findClient } from '@/lib/clients';
import { posted } from '@/lib/oidc';
import { seeOther } from '@/lib/see-other';
import { findSession, type Session } from '@/lib/sessions';
import { signOutAsked } from './actions';

export const metadata: Metadata = { title: 'Sign out' };

type SearchParams = Promise<Record<string, string | string[] | undefined>>;
type Client = Awaited<ReturnType<typeof findClient>>;

/** An app asks to sign out, and cannot show that it knows who is signed in: so the person is asked. */
export default async function SignOutPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await findSession();
  const given = Object.entries(await searchParams).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const query = new URLSearchParams(given);
  const asked = await posted(query);
  const clientId = asked.get('client_id');
  const client = clientId ? await findClient(clientId) : undefined;
  if (!session && !(client && asked.has('post_logout_redirect_uri'))) seeOther('/signed-out');
  return (
    <>
      {client && <AppMark name={client.name} logo={client.logo} className="mb-5 size-14" />}
      {session ? <Question session={session} client={client} /> : <SignedOutAlready />}
      <ButtonForm action={signOutAsked} hidden={{ query: query.toString() }} className="space-y-4">
        <SubmitButton look="primary" size="large" className="w-full">
          {session ? 'Sign out' : `Go back to ${client?.name}`}
        </SubmitButton>
        {session && (
          <ButtonLink size="large" className="w-full" href="/account">
            Stay signed in
          </ButtonLink>
        )}
      </ButtonForm>
    </>
  );
}

function Question({ session, client }: { session: Session; client: Client }) {
  return (
    <SignInHeading title="Sign out everywhere?">
      {client ? `${client.name} asks to sign you out.` : 'An app asks to sign you out.'} That ends your session here as{' '}
      {session.email}, and every app that you opened with it is told.
    </SignInHeading>
  );
}

function SignedOutAlready() {
  return (
    <SignInHeading title="You are signed out">
      Your session here had ended before. Your passkeys stay where they are, ready for the next time.
    </SignInHeading>
  );
}
