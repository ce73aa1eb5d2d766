'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import {
  clientSettings,
  createClient,
  deleteClient,
  ownClientId,
  readClient,
  rotateSecret,
  updateClient,
} from '@/lib/clients';
import { formAction } from '@/lib/http';
import { withdrawFromEverybody } from '@/lib/oidc';
import { seeOther } from '@/lib/see-other';
import { connectionOf } from './connection';

const refusals = {
  'id-taken': { message: 'Another app has this client ID.', field: 'id' },
  'no-such-group': { message: 'A group that you chose is gone. Choose again.', field: 'groups' },
  'not-found': { message: 'This app is gone, or it has no secret.', field: undefined },
};

function refused(error: keyof typeof refusals) {
  const { message, field } = refusals[error];
  return { status: 'failed' as const, message, ...(field && { fields: { [field]: message } }) };
}

const newClient = z.object({ id: ownClientId }).and(clientSettings);

export const register = formAction(
  { access: 'clients.write', limit: 'manage', input: newClient },
  async ({ id, ...settings }, { session, context }) => {
    const created = await createClient(id, settings, session, context);
    if (!created.ok) return refused(created.error);

    revalidatePath('/admin/clients');
    const { secret } = created.value;
    const connection = connectionOf((await readClient(created.value.id))!);
    return { status: 'done', data: { name: settings.name, ...(secret && { secret }), ...connection } };
  },
);

const which = z.object({ id: z.string().max(64) });

export const change = formAction(
  { access: 'clients.write', limit: 'manage', input: which.and(clientSettings) },
  async ({ id, ...settings }, { session, context }) => {
    const changed = await updateClient(id, settings, session, context);
    if (!changed.ok) return refused(changed.error);

    revalidatePath('/admin/clients', 'layout');
    const { secret } = changed.value;
    if (!secret) return { status: 'done', message: 'Saved. It holds from the next request on.' };
    return { status: 'done', message: 'Saved. The app has a secret now.', data: { secret } };
  },
);

export const renewSecret = formAction(
  { access: 'clients.write', limit: 'manage', input: which },
  async ({ id }, { session, context }) => {
    const rotated = await rotateSecret(id, session, context);
    return rotated.ok ? { status: 'done', data: rotated.value } : refused(rotated.error);
  },
);

export const endTokens = formAction(
  { access: 'clients.write', limit: 'manage', input: which },
  async ({ id }, { session, context }) => {
    if (!(await readClient(id))) return refused('not-found');
    await withdrawFromEverybody(id, session, context);
    revalidatePath('/admin/clients', 'layout');
    return { status: 'done', message: 'Every token has ended, and everybody is asked again.' };
  },
);

export const remove = formAction(
  { access: 'clients.write', limit: 'manage', input: which },
  async ({ id }, { session, context }) => {
    const deleted = await deleteClient(id, session, context);
    if (!deleted.ok) return refused(deleted.error);

    revalidatePath('/admin/clients');
    return seeOther('/admin/clients?notice=deleted');
  },
);
