import { fieldError } from '@/lib/messages';
import { next, pageInput, readPage } from '@/lib/page-of';
import 'server-only';
import { z } from 'zod';
import { db } from '@/db';
import { keyPermissions } from '@/lib/access';
import { type ApiKey, userIdOf } from '@/lib/actor';
import { hashToken } from '@/lib/crypto';
import { displayName } from '@/lib/display-name';
import { operation } from '@/lib/operation';
import { isAddressIn, isAddressRange } from '@/lib/request-context';
import { fail, ok } from '@/lib/result';
import { rowId } from '@/lib/row-id';
import { DAYS, fromNow, instant } from '@/lib/time';
import { deleteKey, findKey, insertKey, listKeyRows, touchKey } from './queries';
import { isApiKey, newApiKey } from './token';

/**
 * The live API key of a token (RFC 6750), and whether it came from `elsewhere` than it may be used. Its use is written down
 * at most once a minute.
 */
export async function findApiKey(
  token: string,
  address: string,
): Promise<(ApiKey & { elsewhere: boolean }) | undefined> {
  if (!isApiKey(token)) return undefined;
  const key = await findKey(db, hashToken(token));
  if (!key) return undefined;
  const elsewhere = key.addresses.length > 0 && !key.addresses.some((range) => isAddressIn(address, range));
  if (!elsewhere) await touchKey(db, key.id);
  const known = keyPermissions.filter((permission) => key.permissions.includes(permission));
  return { id: key.id, name: key.name, permissions: known, elsewhere };
}

/** API keys, the newest first; at most a thousand. */
export const listApiKeys = () => listKeyRows(db);

const permissions = z.array(z.enum(keyPermissions)).min(1, fieldError('permission_missing'));
const addresses = z
  .array(z.string().trim().max(64).refine(isAddressRange, fieldError('address_range')))
  .max(20)
  .default([]);

export const readApiKeys = operation({
  name: 'api_keys.list',
  summary: 'Lists API keys with what each may do and when it was last used, the newest first, page by page.',
  access: 'api-keys.read',
  input: z.object(pageInput),
  output: z.object({
    keys: z.array(
      z.object({
        id: rowId,
        name: z.string(),
        permissions: z.array(z.string()),
        addresses: z.array(z.string()),
        createdBy: z.string().nullable(),
        createdAt: instant,
        expiresAt: instant,
        lastUsedAt: instant.nullable(),
      }),
    ),
    next,
  }),
  reads: true,
  run: async (paging, { tx }) => {
    const { page, next } = await readPage(paging, (limit, place) => listKeyRows(tx, limit, place));
    return ok({ keys: page, next });
  },
});

export const createApiKey = operation({
  name: 'api_keys.create',
  summary: 'Makes an API key, which is shown once.',
  access: 'api-keys.write',
  input: z.object({
    name: displayName,
    permissions,
    addresses,
    days: z.coerce.number().int().min(1).max(3650).default(90),
  }),
  output: z.object({ id: rowId, key: z.string() }),
  secrets: ['key'],
  refusals: ['api_key_name_taken'],
  run: async ({ days, ...values }, { tx, actor, record }) => {
    const key = newApiKey();
    const times = { createdBy: userIdOf(actor), expiresAt: fromNow(days * DAYS) };
    const inserted = await insertKey(tx, { ...values, ...times, digest: hashToken(key) });
    if (!inserted) return fail('api_key_name_taken');
    const details = { name: values.name, permissions: [...values.permissions] };
    await record('admin.api-key-created', { target: { type: 'api-key', id: inserted.id }, details });
    return ok({ id: inserted.id, key });
  },
});

export const revokeApiKey = operation({
  name: 'api_keys.revoke',
  summary: 'Ends an API key at once.',
  access: 'api-keys.write',
  input: z.object({ id: rowId }),
  output: z.object({ name: z.string() }),
  refusals: ['api_key_not_found'],
  run: async ({ id }, { tx, record }) => {
    const deleted = await deleteKey(tx, id);
    if (!deleted) return fail('api_key_not_found');
    await record('admin.api-key-revoked', { target: { type: 'api-key', id }, details: { name: deleted.name } });
    return ok(deleted);
  },
});
