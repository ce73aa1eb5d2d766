'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { displayName } from '@/lib/display-name';
import { addMember, createGroup, deleteGroup, removeMember, renameGroup } from '@/lib/groups';
import { formAction } from '@/lib/http';
import { rowId } from '@/lib/row-id';
import { emailAddress } from '@/lib/users';

const page = '/admin/groups';
const refusals = {
  'name-taken': 'There is a group of this name already.',
  'in-use': 'An app is limited to this group. Change that first: without the group it would be for everybody.',
  'not-found': 'That group is gone.',
};
const failed = (error: keyof typeof refusals, field?: string) => ({
  status: 'failed' as const,
  message: refusals[error],
  ...(field && { fields: { [field]: refusals[error] } }),
});
const done = (message: string) => {
  revalidatePath(page);
  return { status: 'done' as const, message };
};

export const create = formAction(
  { access: 'recent-admin', limit: 'manage', input: z.object({ name: displayName }) },
  async ({ name }, { session, context }) => {
    const created = await createGroup(name, session, context);
    return created.ok ? done(`The group ${name} is made.`) : failed(created.error, 'name');
  },
);

const naming = z.object({ id: rowId, name: displayName });

export const rename = formAction(
  { access: 'recent-admin', limit: 'manage', input: naming },
  async ({ id, name }, { session, context }) => {
    const renamed = await renameGroup(id, name, session, context);
    return renamed.ok ? done(`The group is called ${name} now.`) : failed(renamed.error, 'name');
  },
);

export const remove = formAction(
  { access: 'recent-admin', limit: 'manage', input: z.object({ id: rowId }) },
  async ({ id }, { session, context }) => {
    const deleted = await deleteGroup(id, session, context);
    return deleted.ok ? done('The group is deleted.') : failed(deleted.error);
  },
);

const joining = z.object({ id: rowId, email: emailAddress });

export const add = formAction(
  { access: 'recent-admin', limit: 'manage', input: joining },
  async ({ id, email }, { session, context }) => {
    const added = await addMember(id, email, session, context);
    if (added.ok) return done(`${email} is in the group.`);

    const message = 'Nobody here has this address. Invite them first.';
    return { status: 'failed', message, fields: { email: message } };
  },
);

const leaving = z.object({ id: rowId, userId: rowId });

export const takeOut = formAction(
  { access: 'recent-admin', limit: 'manage', input: leaving },
  async ({ id, userId }, { session, context }) => {
    const removed = await removeMember(id, userId, session, context);
    return removed.ok ? done('They are not in the group any more.') : failed(removed.error);
  },
);
