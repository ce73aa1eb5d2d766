'use server';

import { createApiKey, revokeApiKey } from '@/lib/api-keys';
import { formOf } from '@/lib/http';

const page = '/admin/api-keys';

export const create = formOf(createApiKey, {
  page,
  done: ({ key }, { name }) => ({ status: 'done', data: { key, name } }),
});
export const revoke = formOf(revokeApiKey, { page });
