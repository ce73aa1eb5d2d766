import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { AllowOrRefuse } from '@/components/apps/allow-or-refuse';
import { inWords } from '@/components/apps/scopes';
import { SignInHeading } from '@/components/layout/sign-in-shell';
import { ButtonForm } from '@/components/ui/form';
import { Redirect } from '@/components/ui/redirect';
import { ShownAs } from '@/components/ui/shown-as';
import { finishLogin, missingFrom, readInteraction } from '@/lib/oidc';
import { seeOther } from '@/lib/see-other';
import { findSession, type Session } from '@/lib/sessions';
import { decide } from '../actions';
import { AnotherAccount, InteractionOver, NotConfirmed, PasskeyNeeded } from '../missing';

export const metadata: Metadata = { title: 'Sign in to an app' };

type Props = { params: Promise<{ uid: string }>; searchParams: Promise<{ declined?: string }> };

/** The page of an interaction. Whoever is authenticated strongly enough is redirected without seeing it. */
export default async function InteractionPage({ params, searchParams }: Props) {
  const { uid } = await params;
  const { declined } = await searchParams;
  const interaction = await readInteraction(uid);
  if (!interaction) return <InteractionOver />;

  const here = encodeURIComponent(`/interaction/${uid}`);
  const session = await findSession();
  if (!session) seeOther(`/sign-in?return_to=${here}`);

  const missing = await missingFrom(session, interaction);
  if (missing === 'consent') return <Consent interaction={interaction} session={session} />;
  if (missing === 'nothing') {
    const answered = await finishLogin(interaction, session);
    if (answered.ok) return redirectBrowser(answered.value);
    if (answered.error === 'interaction_over') return <InteractionOver />;
    seeOther(`/sign-in?return_to=${here}`);
  }
  if (missing === 'reauthentication' && declined) return <NotConfirmed interaction={interaction} session={session} />;
  if (missing === 'reauthentication') seeOther(`/step-up?return_to=${here}`);
  if (missing === 'passkey') return <PasskeyNeeded interaction={interaction} session={session} />;
  return <AnotherAccount interaction={interaction} session={session} mayStay={missing === 'account-choice'} />;
}

/** Straight on where the browser itself asks; a router that only fetches must not use the way up before the browser goes it. */
async function redirectBrowser(to: string) {
  if ((await headers()).get('sec-fetch-dest') === 'document') seeOther(to);
  return <Redirect to={to} />;
}

type ConsentProps = { interaction: NonNullable<Awaited<ReturnType<typeof readInteraction>>>; session: Session };

function Consent({ interaction: { uid, client, scopes, claims }, session }: ConsentProps) {
  const items = inWords([...scopes, ...claims]);
  return (
    <ShownAs id={session.userId}>
      <SignInHeading app={client} title={`Sign in to ${client.name}?`}>
        You are signed in as <b className="font-medium text-ink">{session.email}</b>. The app is at{' '}
        <b className="font-medium break-words text-ink">{client.host}</b>.
      </SignInHeading>
      <div className="mb-6 rounded-control border border-line bg-inset px-4 py-3.5 text-sm">
        <p className="font-medium">{items.length ? 'It gets' : 'It gets nothing but a number that stands for you.'}</p>
        {items.length > 0 && (
          <ul className="mt-1.5 list-disc space-y-1 pl-5">
            {items.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        )}
      </div>
      <ButtonForm action={decide} hidden={{ uid }}>
        <AllowOrRefuse />
      </ButtonForm>
      <p className="mt-5 text-sm text-muted">
        This holds until you withdraw it under Connected apps. The app never sees your passkey or password.
      </p>
    </ShownAs>
  );
}
