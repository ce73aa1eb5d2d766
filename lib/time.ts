import { z } from 'zod';

/** Durations are whole seconds; instants are `Date`. */
export const SECONDS = 1;
export const MINUTES = 60 * SECONDS;
export const HOURS = 60 * MINUTES;
export const DAYS = 24 * HOURS;

/** The instant this many seconds from now; a negative number lies in the past. */
export const fromNow = (seconds: number) => new Date(Date.now() + seconds * 1000);

/** An instant in the answer of an operation: a `Date`, sent as text (RFC 3339). */
export const instant = z.coerce
  .date<Date | string>()
  .transform((at) => at.toISOString())
  .pipe(z.iso.datetime());
