import pino from 'pino';
import { config } from '@/lib/config';
import { lazy, lazyProperties } from '@/lib/lazy';

// What must never reach a log, wherever in the object it stands (requirements K3). Ids of such things may.
const secretName =
  /password|token|secret|cookie|authoriz|challenge$|credential$|signature|private|link$|codes?$|(?<!pass)keys?$/i;
const DEEPEST = 6;
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Structured JSON on standard output, one line an event; control characters arrive escaped. */
export const log: Pick<pino.Logger, (typeof levels)[number]> = lazyProperties(
  lazy('log', () => makeLog()),
  levels,
);

/** Makes the log, on another stream where one is given. Pino's own redaction wants every depth and spelling listed. */
export function makeLog(destination?: pino.DestinationStream) {
  const formatters = { log: (object: object) => redacted(object, 0) };
  const options = { level: config.logLevel, base: undefined, formatters, serializers: { err: describeError } };
  return pino(options, destination ?? standardOutput());
}

/**
 * Standard output, to which lines that are written in one go are sent by one call of the system. What was said is written when
 * the process ends, and before it goes on after what is fatal.
 */
const standardOutput = lazy('standard-output', () => {
  const output = pino.destination(1);
  const atOnce = pino.destination({ dest: 1, sync: true });
  let lines = '';
  const send = () => {
    if (lines) output.write(lines);
    lines = '';
  };
  const write = (line: string) => {
    if (!lines) queueMicrotask(send);
    lines += line;
  };
  const flushSync = () => {
    output.flushSync();
    if (lines) atOnce.write(lines);
    lines = '';
  };
  process.on('exit', flushSync);
  return { write, flushSync };
});

const redacted = (object: object, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      secretName.test(name) ? '[redacted]' : withoutSecrets(value, depth + 1),
    ]),
  );

function withoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value;
  if (depth > DEEPEST) return '[deep]';
  return Array.isArray(value) ? value.map((item) => withoutSecrets(item, depth + 1)) : redacted(value, depth);
}

/** An error and what caused it, without the values of the statement that failed. */
function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, stack = '', cause } = error;
  const { code, digest } = error as { code?: unknown; digest?: unknown };
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return {
    name,
    message: isOfStatement(error) ? 'a statement failed' : error.message,
    code,
    digest,
    stack: depth === 0 ? frames.slice(0, 12) : undefined,
    cause: cause instanceof Error && depth < DEEPEST ? describeError(cause, depth + 1) : undefined,
  };
}

/** Drizzle and Postgres put the parameters of a statement, or a value out of them, into their messages. */
const isOfStatement = (error: Error) => 'severity' in error || /query|params/i.test(error.message);
