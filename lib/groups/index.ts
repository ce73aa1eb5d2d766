import 'server-only';
import { z } from 'zod';
import { db } from '@/db';
import { displayName } from '@/lib/display-name';
import { operation } from '@/lib/operation';
import { next, readPageBy, textPageInput } from '@/lib/page-of';
import { fail, ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { emailAddress } from '@/lib/users';
import {
  addMemberByEmail,
  deleteGroupRow,
  insertGroup,
  listGroupNames,
  listGroupRows,
  removeMemberRow,
  renameGroupRow,
} from './queries';

/** Every group by its name, without who is in it. */
export const listGroups = () => listGroupNames(db);

const member = z.object({ id: rowId, name: z.string(), email: z.string() });
const group = z.object({ id: rowId, name: z.string(), members: z.array(member), clients: z.array(z.string()) });
const target = (id: string) => ({ type: 'group', id }) as const;

export const readGroups = operation({
  name: 'groups.list',
  summary: 'Lists groups with their members and the apps that are limited to them, by name, page by page.',
  access: 'groups.read',
  input: z.object(textPageInput),
  output: z.object({ groups: z.array(group), next }),
  reads: true,
  run: async (input, { tx }) => {
    const list = (limit: number, after?: string) => listGroupRows(tx, limit, after);
    const { page, next } = await readPageBy(input, ({ name }) => name, list);
    return ok({ groups: page, next });
  },
});

/** Names are unique, because they are what apps are told. */
export const createGroup = operation({
  name: 'groups.create',
  summary: 'Makes a group of a name that no other group has.',
  access: 'groups.write',
  input: z.object({ name: displayName }),
  output: z.object({ id: rowId }),
  refusals: ['group_name_taken'],
  run: async ({ name }, { tx, record }) => {
    const created = await insertGroup(tx, name);
    if (!created) return fail('group_name_taken');
    await record('admin.group-changed', { target: target(created.id), details: { change: 'created', name } });
    return ok(created);
  },
});

export const renameGroup = operation({
  name: 'groups.rename',
  summary: 'Renames a group; apps are told the new name with the next token.',
  access: 'groups.write',
  input: z.object({ id: rowId, name: displayName }),
  refusals: ['group_name_taken', 'group_not_found'],
  run: async ({ id, name }, { tx, record }) => {
    const problem = await renameGroupRow(tx, id, name);
    if (problem) return fail(problem);
    await record('admin.group-changed', { target: target(id), details: { change: 'renamed', name } });
    return ok({});
  },
});

export const deleteGroup = operation({
  name: 'groups.delete',
  summary: 'Deletes a group, unless an app is limited to it.',
  access: 'groups.write',
  input: z.object({ id: rowId }),
  refusals: ['group_in_use', 'group_not_found'],
  run: async ({ id }, { tx, record }) => {
    const problem = await deleteGroupRow(tx, id);
    if (problem) return fail(problem);
    await record('admin.group-changed', { target: target(id), details: { change: 'deleted' } });
    return ok({});
  },
});

export const addMember = operation({
  name: 'groups.add_member',
  summary: 'Adds the user of an address to a group. Adding somebody twice is no error.',
  access: 'groups.write',
  input: z.object({ id: rowId, email: emailAddress }),
  refusals: ['group_not_found', 'user_address_unknown'],
  run: async ({ id, email }, { tx, record }) => {
    const added = await addMemberByEmail(tx, id, email);
    if (!added.ok) return added;
    const subjectId = added.value.id;
    await record('admin.group-changed', { target: target(id), subjectId, details: { change: 'added' } });
    return ok({});
  },
});

export const removeMember = operation({
  name: 'groups.remove_member',
  summary: 'Removes somebody from a group; apps are told so with the next token.',
  access: 'groups.write',
  input: z.object({ id: rowId, userId: rowId }),
  refusals: ['group_member_not_found'],
  run: async ({ id, userId }, { tx, record }) => {
    if (!(await removeMemberRow(tx, id, userId))) return fail('group_member_not_found');
    await record('admin.group-changed', { target: target(id), subjectId: userId, details: { change: 'removed' } });
    return ok({});
  },
});
