import type { Metadata } from 'next';
import { signOut } from '@/app/actions';
import { PageHeading } from '@/components/layout/page-heading';
import { Announcements } from '@/components/ui/announcements';
import { Badge } from '@/components/ui/badge';
import { ConfirmedAction, PersistentResult } from '@/components/ui/confirmed-action';
import { ButtonForm, SubmitButton } from '@/components/ui/form';
import { RelativeTime } from '@/components/ui/relative-time';
import { listSessions, requireSession } from '@/lib/sessions';
import { describeSignIn } from '@/lib/ways-in';
import { endOthers, endSession } from './actions';

export const metadata: Metadata = { title: 'Sessions' };

type OneSession = Awaited<ReturnType<typeof listSessions>>[number];

export default async function SessionsPage() {
  const sessions = await listSessions(await requireSession());
  const sorted = sessions.toSorted((a, b) => Number(b.isThisOne) - Number(a.isThisOne));
  return (
    <Announcements>
      <PersistentResult action={endOthers}>
        <PageHeading title="Sessions" action={sessions.length > 1 && <EndOthers count={sessions.length - 1} />}>
          The browsers that are signed in to your account. End what you do not know; it is out with its next click.
        </PageHeading>
      </PersistentResult>
      <PersistentResult action={endSession}>
        <ul className="space-y-3">
          {sorted.map((session) => (
            <SessionCard key={session.id} session={session} />
          ))}
        </ul>
      </PersistentResult>
    </Announcements>
  );
}

function SessionCard({ session }: { session: OneSession }) {
  const { id, browser, address, amr, createdAt, lastSeenAt, isThisOne } = session;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4 rounded-card border border-line bg-surface p-4 shadow-card sm:p-5">
      <div className="min-w-0 flex-[1_1_18rem]">
        <h2 className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-semibold">
          {browser}
          {isThisOne && <Badge tone="accent">This one</Badge>}
        </h2>
        <dl className="mt-2 grid gap-x-6 gap-y-1 text-sm text-muted sm:grid-cols-2">
          <Fact term="Address">{address}</Fact>
          <Fact term="Signed in">{describeSignIn(amr)}</Fact>
          <Fact term="Began">
            <RelativeTime at={createdAt} />
          </Fact>
          <Fact term="Last seen">{isThisOne ? 'now' : <RelativeTime at={lastSeenAt} />}</Fact>
        </dl>
      </div>
      {isThisOne ? (
        <ButtonForm action={signOut}>
          <SubmitButton size="small">Sign out</SubmitButton>
        </ButtonForm>
      ) : (
        <EndOne id={id} browser={browser} />
      )}
    </li>
  );
}

const Fact = ({ term, children }: { term: string; children: React.ReactNode }) => (
  <div className="flex gap-1.5">
    <dt className="shrink-0">{term}</dt>
    <dd className="min-w-0 text-ink">{children}</dd>
  </div>
);

const EndOne = ({ id, browser }: { id: string; browser: string }) => (
  <ConfirmedAction
    action={endSession}
    persistent
    hidden={{ id }}
    label="End"
    about={` the session in ${browser}`}
    variant={{ size: 'small', variant: 'danger' }}
    title={`End the session in ${browser}?`}
    submit="End session"
  >
    <p>Whoever uses it has to sign in again.</p>
  </ConfirmedAction>
);

const EndOthers = ({ count }: { count: number }) => (
  <ConfirmedAction
    action={endOthers}
    persistent
    label="End all others"
    variant={{ variant: 'danger' }}
    title={count === 1 ? 'End the other session?' : `End ${count} other sessions?`}
  >
    <p>Every browser but this one has to sign in again.</p>
  </ConfirmedAction>
);
