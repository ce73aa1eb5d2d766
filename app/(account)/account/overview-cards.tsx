import type { ReactNode } from 'react';
import { Card } from '@/components/ui/card';
import { RelativeTime } from '@/components/ui/relative-time';
import type { listActivity } from '@/lib/audit';
import type { Passkey } from '@/lib/passkeys';
import { describeBrowser } from '@/lib/request-context';
import type { Session } from '@/lib/sessions';
import { describeSignIn } from '@/lib/ways-in';
import { ActivityList } from './activity-list';

type OverviewCardProps = { id: string; title: string; href: string; label: string; children: ReactNode };

/** A part of the overview, with the link to the page that has all of it. */
const OverviewCard = ({ id, title, href, label, children }: OverviewCardProps) => (
  <Card
    id={id}
    title={title}
    action={
      <a className="link text-sm" href={href}>
        {label}
      </a>
    }
  >
    {children}
  </Card>
);

export const ThisSession = ({ session, passkey }: { session: Session; passkey: Passkey | undefined }) => (
  <OverviewCard id="session" title="This session" href="/account/sessions" label="All sessions">
    <dl className="grid gap-x-8 gap-y-4 text-sm sm:grid-cols-2">
      <Fact term="Browser">{describeBrowser(session.browser)}</Fact>
      <Fact term="Signed in">
        <RelativeTime at={session.authTime} />
        {passkey ? ` with “${passkey.name}”` : ` ${describeSignIn(session.amr)}`}
      </Fact>
      <Fact term="Ends">
        <RelativeTime at={session.endsAt} /> at the latest
      </Fact>
    </dl>
  </OverviewCard>
);

const Fact = ({ term, children }: { term: string; children: ReactNode }) => (
  <div>
    <dt className="text-muted">{term}</dt>
    <dd className="mt-0.5">{children}</dd>
  </div>
);

/** The latest of what happened. */
export const RecentActivity = ({ events }: { events: Awaited<ReturnType<typeof listActivity>> }) => (
  <OverviewCard id="activity" title="Recent activity" href="/account/activity" label="All activity">
    {events.length === 0 ? (
      <p className="text-sm text-muted">Nothing has happened yet.</p>
    ) : (
      <ActivityList events={events} />
    )}
  </OverviewCard>
);
