import type { Metadata } from 'next';
import type { PageProps } from '@/app/search-params';
import { AppMark } from '@/components/apps/app-mark';
import { SignInHeading, SignInNotice } from '@/components/layout/sign-in-shell';
import { ButtonLink } from '@/components/ui/button';
import { ButtonForm, SubmitButton } from '@/components/ui/form';
import { ShownAs } from '@/components/ui/shown-as';
import type { Client } from '@/lib/clients';
import { readLogout } from '@/lib/oidc';
import { seeOther } from '@/lib/see-other';
import { findSession, type Session } from '@/lib/sessions';
import { confirmSignOut } from './actions';

export const metadata: Metadata = { title: 'Sign out' };

/** An app asks to sign out, and cannot show that it knows who is signed in: so the person is asked. */
export default async function SignOutPage({ searchParams }: PageProps) {
  const session = await findSession();
  const parameters = Object.entries(await searchParams).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const query = new URLSearchParams(parameters);
  const { client, back, isAnswerable } = await readLogout(query);
  if (!isAnswerable) return <NotAnswered isSignedIn={session !== undefined} />;
  if (!session && !(client && back)) seeOther('/signed-out');
  return (
    <ShownAs id={session?.userId ?? ''}>
      {client && <AppMark name={client.name} logo={client.logo} className="mb-5 size-14" />}
      {session ? <Question session={session} client={client} byApp={query.size > 0} /> : <SignedOutAlready />}
      <ButtonForm action={confirmSignOut} hidden={{ query: query.toString() }} className="space-y-4">
        <SubmitButton variant="primary" size="large" className="w-full">
          {session ? 'Sign out' : `Go back to ${client?.name}`}
        </SubmitButton>
        {session && (
          <ButtonLink size="large" className="w-full" href="/account">
            Stay signed in
          </ButtonLink>
        )}
      </ButtonForm>
    </ShownAs>
  );
}

type QuestionProps = { session: Session; client: Client | undefined; byApp: boolean };

const Question = ({ session, client, byApp }: QuestionProps) => (
  <SignInHeading title="Sign out everywhere?">
    {byApp && `${client?.name ?? 'An app'} asks to sign you out. `}That ends your session here as {session.email}, and
    every app that you opened with it is told.
  </SignInHeading>
);

/** The app names an address to go on to that is not registered for it (RP-Initiated Logout §3). */
const NotAnswered = ({ isSignedIn }: { isSignedIn: boolean }) => (
  <SignInNotice title="The app asked in a way that cannot be answered">
    It wants to send you to an address that is not known to be its own.
    {isSignedIn && ' You are still signed in here.'}
  </SignInNotice>
);

const SignedOutAlready = () => (
  <SignInHeading title="You are signed out">
    Your session here had ended before. Your passkeys stay where they are, ready for the next time.
  </SignInHeading>
);
