import type { Metadata } from 'next';
import { PageHeading } from '@/components/layout/page-heading';
import { EmptyState } from '@/components/ui/empty-state';
import { TextLink } from '@/components/ui/text-link';
import { listActivity } from '@/lib/audit';
import { requireSession } from '@/lib/sessions';
import { ActivityList } from '../activity-list';

export const metadata: Metadata = { title: 'Activity' };

const SHOWN = 200;

export default async function ActivityPage() {
  const { userId } = await requireSession();
  const days = byDay(await listActivity(userId, SHOWN));
  return (
    <>
      <PageHeading title="Activity">
        What happened to your account. Something here that was not you?{' '}
        <TextLink href="/account/sessions">End your other sessions</TextLink>, then look at{' '}
        <TextLink href="/account/passkeys">your passkeys</TextLink> and{' '}
        <TextLink href="/account/security#password">change your password</TextLink>.
      </PageHeading>
      {days.length === 0 && <EmptyState title="Nothing has happened yet" />}
      <div className="space-y-6">
        {days.map(([day, events]) => (
          <section
            key={day}
            aria-labelledby={`day-${day}`}
            className="rounded-card border border-line bg-surface px-5 py-5 shadow-card sm:px-6"
          >
            <h2 id={`day-${day}`} className="mb-4 text-sm font-semibold text-muted">
              {nameOf(day)}
            </h2>
            <ActivityList events={events} />
          </section>
        ))}
      </div>
      <p className="mt-6 text-sm text-muted">Days begin at midnight UTC. At most {SHOWN} entries are shown.</p>
    </>
  );
}

type Event = Awaited<ReturnType<typeof listActivity>>[number];

const dayOf = (at: Date) => at.toISOString().slice(0, 10);

/** The events in the order they came, under the day on which they happened. */
function byDay(events: Event[]) {
  const days = new Map<string, Event[]>();
  for (const event of events) days.set(dayOf(event.at), [...(days.get(dayOf(event.at)) ?? []), event]);
  return [...days];
}

const written = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

function nameOf(day: string) {
  const now = Date.now();
  if (day === dayOf(new Date(now))) return 'Today';
  if (day === dayOf(new Date(now - 24 * 3600 * 1000))) return 'Yesterday';
  return written.format(new Date(day));
}
