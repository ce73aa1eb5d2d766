const MINUTE = 60;
const steps = [
  ['minute', MINUTE],
  ['hour', 60 * MINUTE],
  ['day', 24 * 60 * MINUTE],
  ['month', 30 * 24 * 60 * MINUTE],
  ['year', 365 * 24 * 60 * MINUTE],
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

export function describeInstant(instant: Date, now: Date) {
  const seconds = Math.round((instant.getTime() - now.getTime()) / 1000);
  const step = steps.findLast(([, length]) => Math.abs(seconds) >= length);
  return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : 'just now';
}
