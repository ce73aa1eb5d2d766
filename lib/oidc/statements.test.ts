import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PgDialect } from 'drizzle-orm/pg-core';
import { PgliteSession } from 'drizzle-orm/pglite';
import { PostgresJsSession } from 'drizzle-orm/postgres-js';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { decide } from '@/app/(sign-in)/interaction/actions';
import { config } from '@/lib/config';
import { seedPerson } from '@/tests/helpers/people';
import { act, callProvider, post, registerClient, visit } from '@/tests/helpers/relying-party';

const textsMade = vi.spyOn(PgDialect.prototype, 'sqlToQuery');
const transactions = [PgliteSession, PostgresJsSession].map(({ prototype }) => vi.spyOn(prototype, 'transaction'));

/** How many statements a request costs, the begin and the commit of each transaction included, and how many it builds. */
async function costOf<T>(request: () => Promise<T>) {
  const statements: string[] = [];
  const listen = (statement: unknown) => void statements.push(String(statement));
  for (const spy of [textsMade, ...transactions]) spy.mockClear();
  subscribe('latchkey.statement', listen);
  const answer = await request().finally(() => unsubscribe('latchkey.statement', listen));
  const begun = transactions.flatMap((spy) => spy.mock.calls).length;
  return { answer, cost: { statements: statements.length + 2 * begun, built: textsMade.mock.calls.length } };
}
const only = (statements: number) => ({ statements, built: 0 });

type Seeded = Awaited<ReturnType<typeof seeded>>;

/** Somebody who has let a client have what it asks for and was signed in to it. */
async function seeded() {
  const { browser } = await seedPerson();
  const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'];
  const client = await registerClient({ firstParty: false, grantTypes });
  const { uid } = await visit(browser, (await client.begin()).url);
  const { to } = await act(browser, decide, { uid: uid!, decision: 'allow' });
  await visit(browser, to!);
  return { browser, client };
}

async function authorize({ browser, client }: Seeded) {
  const flow = await client.begin();
  const { answer, cost } = await costOf(() => visit(browser, flow.url));
  const code = answer.left!.searchParams.get('code')!;
  const fields = { redirect_uri: client.redirectUri, code_verifier: flow.verifier };
  return { form: { grant_type: 'authorization_code', code, ...fields }, cost };
}

async function tokensOf(one: Seeded) {
  const { form } = await authorize(one);
  return (await one.client.token(form)).json as { access_token: string; refresh_token: string };
}

const introspect = ({ client }: Seeded, token: string) => {
  const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
  return post('/oidc/introspect', { token }, { authorization });
};
const userinfo = (token: string) => post('/oidc/userinfo', {}, { authorization: `Bearer ${token}` });
const forItself = ({ client }: Seeded) => client.token({ grant_type: 'client_credentials' });
const refresh = ({ client }: Seeded, refresh_token: string) =>
  client.token({ grant_type: 'refresh_token', refresh_token });

let isWarm = false;
/** Each statement is made once, by the first request of its kind in this process. */
async function warmUp() {
  if (isWarm) return;
  isWarm = true;
  const one = await seeded();
  const { access_token, refresh_token } = await tokensOf(one);
  await userinfo(access_token);
  await introspect(one, access_token);
  await refresh(one, refresh_token);
  await forItself(one);
}

describe('warm, a request costs so many statements, of which none is built anew', () => {
  let one: Seeded;
  beforeEach(async () => {
    await warmUp();
    one = await seeded();
  });

  test('authorize, signed in and allowed before: 8, and the code: 7', async () => {
    const { form, cost } = await authorize(one);
    expect(cost).toEqual(only(8));
    const redeemed = await costOf(() => one.client.token(form));
    expect(redeemed.answer.json).toMatchObject({ id_token: expect.any(String), refresh_token: expect.any(String) });
    expect(redeemed.cost).toEqual(only(7));
  });

  test('a refresh: 7', async () => {
    const { refresh_token } = await tokensOf(one);
    const { answer, cost } = await costOf(() => refresh(one, refresh_token));
    expect([answer.status, cost]).toEqual([200, only(7)]);
  });

  test('userinfo: 3', async () => {
    const { access_token } = await tokensOf(one);
    const { answer, cost } = await costOf(() => userinfo(access_token));
    expect([answer.json.email, cost]).toEqual([expect.stringContaining('@'), only(3)]);
  });

  test('introspection of an access or a refresh token: 3, and of a token of the client itself: 2', async () => {
    const { access_token, refresh_token } = await tokensOf(one);
    for (const token of [access_token, refresh_token]) {
      const { answer, cost } = await costOf(() => introspect(one, token));
      expect([answer.json.active, cost]).toEqual([true, only(3)]);
    }
    const own = (await forItself(one)).json.access_token;
    const { answer, cost } = await costOf(() => introspect(one, own));
    expect([answer.json.active, cost]).toEqual([true, only(2)]);
  });

  test('client credentials: 3', async () => {
    const { answer, cost } = await costOf(() => forItself(one));
    expect([answer.status, cost]).toEqual([200, only(3)]);
  });

  test.each([
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/oidc/jwks',
    '/oidc/nothing',
  ])('%s: none', async (path) => {
    const { cost } = await costOf(() => callProvider(config.publicUrl + path));
    expect(cost).toEqual(only(0));
  });
});
