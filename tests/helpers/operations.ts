import type { z } from 'zod';
import type { Actor, Session } from '@/lib/actor';
import { type Operation, perform } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import { somebody } from './people';

/** Somebody who acts in a session. */
export const inSession = (session: Session): Actor => ({ kind: 'session', session });

/** Runs an operation with its input, as the command line unless somebody else is given. */
export async function runOperation<I extends z.ZodType, O extends z.ZodType, R extends Problem, P>(
  operation: Operation<I, O, R, P>,
  input: object,
  actor: Actor = { kind: 'command' },
) {
  return perform(operation, operation.input.parse(input), actor, somebody);
}
