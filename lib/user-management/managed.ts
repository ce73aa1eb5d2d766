import { z } from 'zod';
import type { Db } from '@/db';
import { type Actor, userIdOf } from '@/lib/actor';
import { fail, ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { lockAnyUser, lockUsers } from '@/lib/users';

/** Holds the rows of who is managed and of who acts, before the session or the API key of who acts (decision 0030). */
export const lockManaged = (tx: Db, { id }: { id: string }, actor: Actor) =>
  actor.kind === 'command' ? undefined : lockUsers(tx, [id, userIdOf(actor) ?? id]);

/**
 * Holds the row of a user, disabled or not, whom somebody manages, until the transaction ends. An API key reaches no
 * administrator, nor anybody who has just become one.
 */
export async function holdManaged(tx: Db, id: string, actor: Actor) {
  const user = await lockAnyUser(tx, id);
  if (!user) return fail('user_not_found');
  if (actor.kind === 'key' && user.role === 'administrator') return fail('administrator_out_of_reach');
  return ok(user);
}

/** The same for somebody who is not disabled. */
export async function holdActive(tx: Db, id: string, actor: Actor) {
  const held = await holdManaged(tx, id, actor);
  return held.ok && held.value.disabledAt ? fail('user_not_found') : held;
}

/** What operations on a user have in common. */
export const onUser = {
  access: 'users.write',
  input: z.object({ id: rowId }),
  refusals: ['user_not_found', 'administrator_out_of_reach'],
  lock: lockManaged,
} as const;
