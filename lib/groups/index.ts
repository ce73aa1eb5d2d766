import 'server-only';
import { type Db, db } from '@/db';
import { record } from '@/lib/audit';
import type { RequestContext } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import {
  addMemberByEmail,
  deleteGroupRow,
  insertGroup,
  listGroupRows,
  removeMemberRow,
  renameGroupRow,
} from './queries';

type Actor = { userId: string };

/** Every group with its members and the apps that are limited to it, by name. */
export const listGroups = () => listGroupRows(db);

const changed = (tx: Db, reason: string, subjectId: string | undefined, { userId }: Actor, context: RequestContext) =>
  record(tx, { type: 'admin.group-changed', reason, subjectId, actorId: userId }, context);

/** Makes a group; names are unique, because they are what apps are told. */
export const createGroup = (name: string, actor: Actor, context: RequestContext) =>
  db.transaction(async (tx) => {
    const group = await insertGroup(tx, name);
    if (!group) return fail('name-taken');
    await changed(tx, `created ${group.id}`, undefined, actor, context);
    return ok(group);
  });

/** Renames a group; apps hear of the new name with the next token. */
export const renameGroup = (id: string, name: string, actor: Actor, context: RequestContext) =>
  db.transaction(async (tx) => {
    const problem = await renameGroupRow(tx, id, name);
    if (problem) return fail(problem);
    await changed(tx, `renamed ${id}`, undefined, actor, context);
    return ok(undefined);
  });

/** Deletes a group, unless an app is limited to it. */
export const deleteGroup = (id: string, actor: Actor, context: RequestContext) =>
  db.transaction(async (tx) => {
    const problem = await deleteGroupRow(tx, id);
    if (problem) return fail(problem);
    await changed(tx, `deleted ${id}`, undefined, actor, context);
    return ok(undefined);
  });

/** Adds the user of this address to a group. Adding twice is no error. */
export const addMember = (groupId: string, email: string, actor: Actor, context: RequestContext) =>
  db.transaction(async (tx) => {
    const user = await addMemberByEmail(tx, groupId, email);
    if (!user) return fail('not-found');
    await changed(tx, `added to ${groupId}`, user.id, actor, context);
    return ok(undefined);
  });

/** Takes somebody out of a group; holds from the next token on. */
export const removeMember = (groupId: string, userId: string, actor: Actor, context: RequestContext) =>
  db.transaction(async (tx) => {
    if (!(await removeMemberRow(tx, groupId, userId))) return fail('not-found');
    await changed(tx, `removed from ${groupId}`, userId, actor, context);
    return ok(undefined);
  });
