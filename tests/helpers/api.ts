import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { NextRequest } from 'next/server';
import { expect } from 'vitest';
import { type KeyPermission, keyPermissions } from '@/lib/access';
import { openApi, serveApi } from '@/lib/api';
import type { routes } from '@/lib/api/routes';
import { createApiKey } from '@/lib/api-keys';
import { config } from '@/lib/config';
import { runOperation } from './operations';
import type { Person } from './people';

/** Stands in a path where nothing else is given. */
export const anyId = crypto.randomUUID();

export type Sent = { as?: Person; key?: string; body?: object; query?: string; headers?: Record<string, string> };

const ajv = new Ajv2020({ strict: false });
addFormats(ajv);
ajv.addSchema(openApi(), 'api');

/** What an answer must be, by the description of the API. */
function expectDescribed(route: string, status: number, json: unknown) {
  const [method = '', path = ''] = route.split(' ');
  const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', 'application/json'];
  const encoded = [...pointer, 'schema'].map((part) =>
    encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  const validate = ajv.getSchema(`api#/${encoded.join('/')}`);
  expect(validate, `${route} answers ${status}, which is not described`).toBeDefined();
  expect(validate!(json) || validate!.errors).toBe(true);
}

/** Sends a request to a route of the table; what comes back is what the description says. */
export async function send(route: keyof typeof routes, params: Record<string, string> = {}, sent: Sent = {}) {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name) => params[name] ?? anyId);
  const address = encodeURI(path);
  const headers = new Headers(sent.key ? { authorization: `Bearer ${sent.key}` } : { origin: config.publicUrl });
  if (sent.as) headers.set('cookie', [...sent.as.browser.cookies].map((pair) => pair.join('=')).join('; '));
  if (sent.body) headers.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(sent.headers ?? {})) headers.set(name, value);
  if (!headers.get('content-type')) headers.delete('content-type');
  // As bytes: a string would be given a type of its own.
  const body = sent.body && new TextEncoder().encode(JSON.stringify(sent.body));
  const request = new NextRequest(`${config.publicUrl}/api/v1${address}${sent.query ? `?${sent.query}` : ''}`, {
    method,
    headers,
    body,
  });
  const response = await serveApi(request, path.split('/').slice(1));
  const json = await response.json();
  expectDescribed(route, response.status, json);
  return { status: response.status, json, headers: response.headers };
}

/** An API key for some permissions, or for all there are. */
export async function newKey(permissions: KeyPermission[] = [...keyPermissions], more: object = {}) {
  const made = await runOperation(createApiKey, {
    name: `Key ${crypto.randomUUID().slice(0, 8)}`,
    permissions,
    ...more,
  });
  if (!made.ok) throw new Error(made.error);
  return made.value;
}
