import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { db } from '@/db';
import { users } from '@/db/schema';
import type { Actor, Session } from '@/lib/actor';
import { type Operation, perform } from '@/lib/operation';
import type { Problem } from '@/lib/problems';
import { seedPerson, somebody } from './people';

/** An administrator who has just signed in. */
export async function administrator(): Promise<Actor> {
  const { session, userId } = await seedPerson();
  await db.update(users).set({ role: 'administrator' }).where(eq(users.id, userId));
  return inSession(session);
}

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

/** Runs an operation in a session, as whoever is signed in. */
export async function runAs<I extends z.ZodType, O extends z.ZodType, R extends Problem, P>(
  session: Session,
  operation: Operation<I, O, R, P>,
  input: object = {},
  context = somebody,
) {
  return perform(operation, operation.input.parse(input), { kind: 'session', session }, context);
}
