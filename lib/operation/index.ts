import 'server-only';
import { z } from 'zod';
import type { Db } from '@/db';
import type { Access } from '@/lib/access';
import type { Actor, Session } from '@/lib/actor';
import type { AboutEvent, AuditType } from '@/lib/audit';
import type { Problem } from '@/lib/problems';
import type { LimitName } from '@/lib/rate-limits';
import type { RequestContext } from '@/lib/request-context';
import type { Result } from '@/lib/result';

export { once, type SentOnce } from './idempotency';
export { type Invalid, parseInput, strict } from './input';
export { perform } from './perform';
export { purgeIdempotentAnswers } from './queries';

/** What an operation runs with: its transaction, the actor, the request context, and a function that records events. */
export type Scope = {
  tx: Db;
  actor: Actor;
  /** The session that somebody acts in, where only sessions are let in. */
  session: Session;
  context: RequestContext;
  /** Writes an audit event in the transaction, with who acts. */
  record: <T extends AuditType>(type: T, ...about: AboutEvent<T>) => Promise<void>;
};

/** Something that can be done, in the domain's own types; `lib/http` and the command line make doors of it. */
export type Operation<I extends z.ZodType, O extends z.ZodType, R extends Problem, P = undefined> = {
  /** The noun and the verb, such as `groups.rename`. */
  name: `${string}.${string}`;
  /** One sentence for the description of the API and for the help of the command line. */
  summary: string;
  access: Access;
  limit: LimitName;
  input: I;
  output: O;
  /** What of the output is shown once and never stored. */
  secrets?: readonly (keyof z.output<O>)[];
  /** Everything it can refuse; each has its sentence in `messages/en.json`, or this does not compile. */
  refusals: readonly R[];
  /** Changes nothing, so it needs no transaction. */
  reads?: true;
  /** Holds the rows of users, before the session or the API key of who acts (decision 0030); the transaction begins with it. */
  lock?: (tx: Db, input: z.output<I>, actor: Actor) => Promise<unknown> | undefined;
  /** What is slow or outside of the database, done once before the transaction. */
  prepare?: (input: z.output<I>, actor: Actor, context: RequestContext) => Promise<P>;
  /** Does it. May run again after a deadlock; a refusal commits what was written, a throw rolls back. */
  run: (input: z.output<I>, scope: Scope, prepared: P) => Promise<Result<z.input<O>, R>>;
};

// biome-ignore lint/suspicious/noExplicitAny: an operation of any kind, for lists of them.
export type AnyOperation = Operation<any, any, any, any>;

const nothing = z.object({});

/** The defaults: the limit of management, no input, no output, no refusal. */
const defaults = { limit: 'manage', input: nothing, output: nothing, refusals: [] } as const;
type Default = keyof typeof defaults;
type Declared<T> = Omit<T, Default> & Partial<Pick<T, Default & keyof T>>;

/** Declares an operation. */
export const operation = <
  O extends z.ZodType = typeof nothing,
  I extends z.ZodType = typeof nothing,
  const R extends Problem = never,
  P = undefined,
>(
  declared: Declared<Operation<I, O, R, P>>,
) => ({ ...defaults, ...declared }) as Operation<I, O, R, P>;
