import type { z } from 'zod';
import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import type { readAuditEvents } from '@/lib/audit-log';
import { describeBrowser } from '@/lib/request-context';

type Event = z.output<typeof readAuditEvents.output>['events'][number];

/** One event: what and when, who and with whom, from where. */
export function EventRow({ event }: { event: Event }) {
  const { sentence, outcome, type, reason, targetType, targetId, details, browser, address, at } = event;
  const known = Object.entries(details ?? {}).map(([name, value]) => `${name}: ${[value].flat().join(' ')}`);
  const about = [reason, targetType && `${targetType} ${targetId}`, ...known].filter(Boolean);
  return (
    <li className="py-3.5 text-sm">
      <p className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{sentence}</span>
          {outcome === 'failure' && <Badge tone="caution">Refused</Badge>}
        </span>
        <span className="text-muted">
          <RelativeTime at={new Date(at)} />
        </span>
      </p>
      <p className="mt-0.5 flex flex-wrap gap-x-4 text-muted">
        <span className="min-w-0 break-words text-ink">{whoOf(event)}</span>
        {address && <span>{`${describeBrowser(browser)}, ${address}`}</span>}
        <span className="font-mono text-[0.8125rem] break-all">
          {about.length > 0 ? `${type} (${about.join(', ')})` : type}
        </span>
      </p>
    </li>
  );
}

/** Who did it, to whom, in which app. Who is gone has no name any more. */
function whoOf({ actorId, actor, subjectId, subject, clientId, client, address }: Event) {
  const doer = actorId ? (actor ?? 'Somebody who is gone') : undefined;
  const other = subjectId && subjectId !== actorId ? (subject ?? 'somebody who is gone') : undefined;
  const parts = [
    doer ?? (other ? undefined : address ? 'Somebody unknown' : 'Latchkey itself'),
    other && `about ${other}`,
    clientId && `app ${client ?? clientId}`,
  ];
  return parts.filter(Boolean).join(', ');
}
