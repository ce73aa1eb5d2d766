import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import type { listActivity } from '@/lib/audit';

/** What happened, in sentences, so that a stranger's doing is noticed. */
export const ActivityList = ({ events }: { events: Awaited<ReturnType<typeof listActivity>> }) => (
  <ol className="-my-3 divide-y divide-line">
    {events.map(({ id, sentence, outcome, browser, address, at }) => (
      <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 py-3 text-sm">
        <span className="flex flex-wrap items-center gap-2">
          {sentence}
          {outcome === 'failure' && <Badge tone="caution">Refused</Badge>}
        </span>
        <span className="text-muted">
          {browser}, {address}, <RelativeTime at={at} />
        </span>
      </li>
    ))}
  </ol>
);
