import type { z } from 'zod';
import { type Db, db } from '@/db';
import { type Access, permissionOf, ruleOf } from '@/lib/access';
import { type Actor, actedBy, sessionOf } from '@/lib/actor';
import { type AboutEvent, type AuditEvent, type AuditType, record } from '@/lib/audit';
import type { Problem } from '@/lib/problems';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok, type Result } from '@/lib/result';
import type { Operation } from '.';
import { holdKey, holdSession } from './queries';

/**
 * Runs an operation for somebody who was admitted to it, in a transaction of its own; what it answers is cut to its output.
 * A session or an API key that has ended since the request came in, or whose user has lost the permission, is refused,
 * except where the access needs no session.
 */
export async function perform<I extends z.ZodType, O extends z.ZodType, R extends Problem, P>(
  operation: Operation<I, O, R, P>,
  input: z.output<I>,
  actor: Actor,
  context: RequestContext,
): Promise<Result<z.output<O>, R | 'session_required' | 'api_key_invalid'>> {
  const scopeOf = (tx: Db) => ({
    tx,
    actor,
    get session() {
      return sessionOf(actor);
    },
    context,
    record: <T extends AuditType>(type: T, ...[about]: AboutEvent<T>) =>
      record(tx, { type, ...about, ...actedBy(actor) } as AuditEvent, context),
  });
  const prepared = (await operation.prepare?.(input, actor, context)) as P;
  const run = async (tx: Db) => {
    const outcome = await operation.run(input, scopeOf(tx), prepared);
    return outcome.ok ? ok(operation.output.parse(outcome.value)) : outcome;
  };
  if (operation.reads) return run(db);
  return db.transaction(async (tx) => {
    await operation.lock?.(tx, input, actor);
    const ended = await whyEnded(tx, actor, operation.access);
    return ended ? fail(ended) : run(tx);
  });
}

async function whyEnded(tx: Db, actor: Actor, access: Access) {
  if (ruleOf(access).nobody === 'admitted') return undefined;
  if (actor.kind === 'session' && !(await holdSession(tx, actor.session, permissionOf(access))))
    return 'session_required';
  if (actor.kind === 'key' && !(await holdKey(tx, actor.key.id))) return 'api_key_invalid';
  return undefined;
}
