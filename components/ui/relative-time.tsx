const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Unit, its length, and from when on it is used: "37 days ago" says more than "last month". */
const steps = [
  ['minute', MINUTE, MINUTE],
  ['hour', HOUR, HOUR],
  ['day', DAY, DAY],
  ['month', 30 * DAY, 60 * DAY],
  ['year', 365 * DAY, 730 * DAY],
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** "3 hours ago", with the exact instant on hover. For server components, so that both sides print the same. */
export function RelativeTime({ at }: { at: string | Date }) {
  const instant = new Date(at);
  return (
    <time dateTime={instant.toISOString()} title={`${exact.format(instant)} UTC`}>
      {describeInstant(instant, new Date())}
    </time>
  );
}

function describeInstant(instant: Date, now: Date) {
  const seconds = Math.round((instant.getTime() - now.getTime()) / 1000);
  const step = steps.findLast(([, , from]) => Math.abs(seconds) >= from);
  return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : 'just now';
}
