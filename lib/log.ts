import pino from 'pino';
import { config } from '@/lib/config';
import { lazy } from '@/lib/lazy';

// What must never reach a log, wherever in the object it stands (requirements K3).
const secrets = ['password', 'token', 'secret', 'cookie', 'authorization', 'challenge', 'code', 'credential', 'key'];

/** Structured JSON on standard output, one line an event; control characters arrive escaped. */
export const log = lazy('log', () =>
  pino({
    level: config.logLevel,
    base: undefined,
    redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    serializers: { err: describeError },
  }),
);

/** An error without the values of the statement that failed: Drizzle and Postgres put parameters into their messages. */
function describeError(error: unknown) {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, stack = '', cause } = error;
  const { code, digest } = error as { code?: unknown; digest?: unknown };
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  const message = /query|params/i.test(error.message) ? 'a statement failed' : error.message;
  return {
    name,
    message,
    code,
    digest,
    stack: frames.slice(0, 12),
    cause: cause instanceof Error ? describeCause(cause) : undefined,
  };
}

const describeCause = (cause: Error) => ({
  name: cause.name,
  message: cause.message,
  code: (cause as { code?: unknown }).code,
});
