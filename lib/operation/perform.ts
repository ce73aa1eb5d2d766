import type { z } from 'zod';
import { type Db, db } from '@/db';
import { permissionOf } from '@/lib/access';
import type { Actor } from '@/lib/actor';
import { record } from '@/lib/audit';
import type { Problem } from '@/lib/problems';
import type { RequestContext } from '@/lib/request-context';
import { fail, type Result } from '@/lib/result';
import type { Operation } from '.';
import { holdSession } from './queries';

/**
 * Runs an operation for somebody who was admitted to it, in a transaction of its own. A session that has ended since the
 * request came in, or whose user has lost what opened this, is refused with `session_required`.
 */
export async function perform<I extends z.ZodType, O extends z.ZodType, R extends Problem, P>(
  operation: Operation<I, O, R, P>,
  input: z.output<I>,
  actor: Actor,
  context: RequestContext,
): Promise<Result<z.input<O>, R | 'session_required'>> {
  const scopeOf = (tx: Db) => ({
    tx,
    actor,
    context,
    record: (type: Parameters<typeof record>[1]['type'], about = {}) =>
      record(tx, { type, ...actedBy(actor), ...about }, context),
  });
  const prepared = (await operation.prepare?.(input, actor)) as P;
  if (operation.reads) return operation.run(input, scopeOf(db), prepared);
  return db.transaction(async (tx) => {
    if (actor.kind === 'session' && !(await holdSession(tx, actor.session, permissionOf(operation.access))))
      return fail('session_required');
    return operation.run(input, scopeOf(tx), prepared);
  });
}

/** Who acts, as an audit event names it. */
function actedBy(actor: Actor) {
  if (actor.kind === 'session') return { actorId: actor.session.userId, sessionId: actor.session.id };
  return actor.kind === 'key' ? { details: { apiKey: actor.key.id } } : {};
}
