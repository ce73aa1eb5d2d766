'use server';

import { addMember, createGroup, deleteGroup, removeMember, renameGroup } from '@/lib/groups';
import { formOf } from '@/lib/http';

const page = '/admin/groups';

export const create = formOf(createGroup, { page });
export const rename = formOf(renameGroup, { page });
export const remove = formOf(deleteGroup, { page });
export const add = formOf(addMember, { page });
export const takeOut = formOf(removeMember, { page });
