import { Card } from '@/components/ui/card';
import type { listActivity } from '@/lib/audit';
import { ActivityList } from './activity-list';

/** The latest of what happened, for the overview. */
export function RecentActivity({ events }: { events: Awaited<ReturnType<typeof listActivity>> }) {
  return (
    <Card
      id="activity"
      title="Recent activity"
      action={
        <a className="link text-sm" href="/account/activity">
          All activity
        </a>
      }
    >
      {events.length === 0 ? (
        <p className="text-sm text-muted">Nothing has happened yet.</p>
      ) : (
        <ActivityList events={events} />
      )}
    </Card>
  );
}
