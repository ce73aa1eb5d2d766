'use server';

import { createClient, deleteClient, readClient, rotateSecret, settingsFrom, updateClient } from '@/lib/clients';
import { formOf } from '@/lib/http';
import { message } from '@/lib/messages';
import { endTokens as endAllTokens } from '@/lib/oidc';
import { seeOther } from '@/lib/see-other';
import { connectionOf } from './connection';

const page = '/admin/clients';

export const register = formOf(createClient, {
  page,
  input: settingsFrom,
  done: async ({ id, secret }, { name }) => {
    const connection = connectionOf((await readClient(id))!);
    return { status: 'done', data: { name, ...(secret && { secret }), ...connection } };
  },
});

export const change = formOf(updateClient, {
  page,
  input: settingsFrom,
  done: ({ secret }) =>
    secret
      ? { status: 'done', message: message('done.clients.update_with_secret'), data: { secret } }
      : { status: 'done', message: message('done.clients.update') },
});

export const renewSecret = formOf(rotateSecret, { page, done: (data) => ({ status: 'done', data }) });
export const endTokens = formOf(endAllTokens, { page });
export const remove = formOf(deleteClient, { page, done: () => seeOther('/admin/clients?notice=deleted') });
