import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, clientGroups, groupMembers, groups, oidcArtifacts, users } from '@/db/schema';
import { config } from '@/lib/config';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson } from '@/tests/helpers/people';
import { callProvider, post, registerClient, visit } from '@/tests/helpers/relying-party';

const errorIn = (left: URL | undefined) => left?.searchParams.get('error');

describe('an authorization request that cannot be answered to its client', () => {
  test.each([
    ['no client', { client_id: undefined }],
    ['an unknown client', { client_id: 'nobody' }],
    ['no redirect_uri', { redirect_uri: undefined }],
    ['a redirect_uri of another host', { redirect_uri: 'https://evil.example/callback' }],
    ['one that only begins the same', { redirect_uri: '+/more' }],
    ['one with a query added', { redirect_uri: '+?a=b' }],
    ['one with a fragment', { redirect_uri: '+#x' }],
    ['one with a dot segment', { redirect_uri: '+/../callback' }],
    ['one with a user name', { redirect_uri: 'https://client@client.example.com/callback' }],
    ['one with a slash more', { redirect_uri: '+/' }],
    ['one in other letters', { redirect_uri: 'upper' }],
    ['javascript:', { redirect_uri: 'javascript:alert(1)' }],
    ['an unknown client with prompt=none', { client_id: 'nobody', prompt: 'none' }],
    ['a foreign redirect_uri with prompt=none', { redirect_uri: 'https://evil.example/', prompt: 'none' }],
  ])('%s ends on a page of ours (H1)', async (_, change: Record<string, string | undefined>) => {
    const { browser } = await seedPerson();
    const client = await registerClient();
    const changed = { ...change };
    if (changed.redirect_uri?.startsWith('+'))
      changed.redirect_uri = client.redirectUri + changed.redirect_uri.slice(1);
    if (changed.redirect_uri === 'upper') changed.redirect_uri = client.redirectUri.replace('/callback', '/Callback');
    const { url } = await client.begin(changed);
    const { left, status, text } = await visit(browser, url);
    expect([left, status]).toEqual([undefined, 400]);
    expect(text).toContain('This sign-in cannot go on');
    expect(text).not.toContain('<script');
    expect(text).toMatch(/Reference <code>[\da-f-]{36}<\/code>/);
    const refused = (await db.select().from(auditEvents)).filter(({ type }) => type === 'client.address-refused');
    expect(refused).toMatchObject(changed.redirect_uri ? [{ clientId: client.id, outcome: 'failure' }] : []);
  });

  test('what a stranger writes is shown as text', async () => {
    const client = await registerClient();
    const { url } = await client.begin({ client_id: '<img src=x onerror=alert(1)>' });
    expect((await visit(new Browser(), url)).text).not.toContain('<img');
  });
});

describe('one that is answered to its client', () => {
  test.each([
    ['no PKCE (H4)', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['PKCE plain (H4)', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['PKCE without its method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge of another length', { code_challenge: 'short' }, 'invalid_request'],
    ['implicit flow (H3)', { response_type: 'id_token token' }, 'unsupported_response_type'],
    ['hybrid flow (H3)', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['a request object (H20)', { request: 'e30.e30.' }, 'request_not_supported'],
    ['a request_uri (H20)', { request_uri: 'https://client.example.com/request' }, 'request_uri_not_supported'],
    ['registration in the request', { registration: '{}' }, 'registration_not_supported'],
    ['an unknown prompt', { prompt: 'dance' }, 'invalid_request'],
    ['prompt=none beside another', { prompt: 'none login' }, 'invalid_request'],
    ['max_age that is no number', { max_age: 'soon' }, 'invalid_request'],
    ['claims that are no JSON', { claims: '{' }, 'invalid_request'],
    ['a subject that is nobody', { claims: '{"id_token":{"sub":{"value":null}}}' }, 'invalid_request'],
    ['a subject that is a number', { claims: '{"id_token":{"sub":{"value":12}}}' }, 'invalid_request'],
    ['an id_token_hint that is none', { id_token_hint: 'x.y.z' }, 'invalid_request'],
    ['a foreign response_mode', { response_mode: 'web_message' }, 'unsupported_response_mode'],
  ])('%s goes back as an error with state and iss (H8)', async (_, change, error) => {
    const { browser } = await seedPerson();
    const client = await registerClient();
    const flow = await client.begin(change);
    const { left } = await visit(browser, flow.url);
    expect(left?.href.split(/[?#]/)[0]).toBe(client.redirectUri);
    // An answer to a flow that would have used the fragment comes in the fragment (OAuth Multiple Response Types §2.1).
    const response = Object.fromEntries([...left!.searchParams, ...new URLSearchParams(left!.hash.slice(1))]);
    expect(response).toMatchObject({ error, state: flow.state, iss: config.publicUrl });
    expect(response.code).toBeUndefined();
  });

  test('unknown parameters, display, locales and a missing nonce are no matter (H10)', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient();
    const claims = '{"id_token":{"sub":null,"acr":null},"foo":null,"bar":{"sub":"x"}}';
    const extra = { foo: 'bar', claims, display: 'popup', ui_locales: 'de fr', claims_locales: 'de', nonce: undefined };
    const flow = await client.begin(extra);
    const { left } = await visit(browser, flow.url);
    expect(left?.searchParams.get('code')).toBeTruthy();
  });

  test.each([
    'null',
    '[]',
    '"x"',
    '1e400',
    '{"id_token":null}',
    '{"id_token":[]}',
    '{"id_token":"acr","userinfo":7}',
    '{"id_token":{"acr":"phr"}}',
    '{"id_token":{"acr":7}}',
    '{"id_token":{"acr":[]}}',
    '{"id_token":{"acr":{"essential":true}}}',
    '{"id_token":{"acr":{"essential":true,"values":[]}}}',
    '{"id_token":{"acr":{"essential":true,"values":"phr"}}}',
    '{"id_token":{"acr":{"essential":true,"values":[null,7,{}]}}}',
    '{"id_token":{"acr":{"essential":"yes","value":{"toString":1}}}}',
    '{"id_token":{"sub":[]}}',
    '{"__proto__":{"id_token":{"acr":null}},"id_token":{"__proto__":null,"constructor":null}}',
    '{"userinfo":{"__proto__":{"essential":true},"email":{"values":{"__proto__":[]}}}}',
    `{"id_token":{"acr":${'['.repeat(2000)}${']'.repeat(2000)}}}`,
    `{"userinfo":{${Array.from({ length: 1000 }, (_, at) => `"claim${at}":null`).join()}}}`,
  ])('claims of an odd shape are ignored or refused, and break nothing: %.60s', async (claims) => {
    const { browser } = await seedPerson();
    const client = await registerClient({ demandedAcr: 'phr' });
    const { left, status = 0, page } = await visit(browser, (await client.begin({ claims })).url);
    expect(status).toBeLessThan(500);
    expect([null, 'invalid_request', 'access_denied', 'login_required']).toContain(errorIn(left) ?? null);
    expect(left ?? page).toBeTruthy();
  });

  test('scopes that the client does not have are left out or refused, never given', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient({ scopes: ['openid'] });
    const { left } = await visit(browser, (await client.begin({ scope: 'openid email' })).url);
    expect(errorIn(left)).toBe('invalid_scope');
  });

  test.each(['application/x-www-form-urlencoded', 'Application/X-WWW-Form-Urlencoded; charset=UTF-8'])(
    'by POST it is the same request by GET, with 303 (H21): %s',
    async (type) => {
      const { browser } = await seedPerson();
      const client = await registerClient();
      const { url } = await client.begin();
      const answer = await callProvider(`${config.publicUrl}/oidc/authorize`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: url.searchParams.toString(),
      });
      expect([answer.status, new URL(answer.headers.get('location')!).pathname]).toEqual([303, '/oidc/authorize']);
      expect((await visit(browser, answer.headers.get('location')!)).left?.searchParams.get('code')).toBeTruthy();
    },
  );

  test.each(['authorize', 'logout'])('by POST at %s a body without end is left at once (I8)', async (endpoint) => {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1024;
        if (sent > 1024 * 1024) controller.error(new Error('read on for a megabyte'));
        else controller.enqueue(new TextEncoder().encode('x'.repeat(1024)));
      },
    });
    const answer = await callProvider(`${config.publicUrl}/oidc/${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
      duplex: 'half',
    });
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(64 * 1024);
  });

  test('form_post posts the answer from a page that runs its own script only (H27)', async () => {
    const { browser } = await seedPerson();
    const client = await registerClient();
    const flow = await client.begin({ response_mode: 'form_post', state: '"><script>alert(1)</script>' });
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const policy = (await callProvider(flow.url, { headers: { cookie } })).headers.get('content-security-policy');
    expect(policy).toMatch(/default-src 'none';script-src 'sha256-[\w+/=]+';/);
    const { text, status } = await visit(browser, flow.url);
    expect(status).toBe(200);
    expect(text).toContain(`action="${client.redirectUri}"`);
    expect(text).toContain('name="iss"');
    expect(text).not.toContain('<script>alert');
  });
});

describe('who signs in', () => {
  test('nobody is asked to sign in here, and prompt=none says login_required', async () => {
    const client = await registerClient();
    const stranger = new Browser();
    expect((await visit(stranger, (await client.begin()).url)).page).toMatch(/^\/sign-in\?return_to=%2Finteraction%2F/);
    expect(errorIn((await visit(stranger, (await client.begin({ prompt: 'none' })).url)).left)).toBe('login_required');
  });

  test('a client that is limited to groups is refused to others, and to those who leave', async () => {
    const { browser, userId } = await seedPerson();
    const client = await registerClient();
    const [group] = await db.insert(groups).values({ name: 'Staff' }).returning();
    await db.insert(clientGroups).values({ clientId: client.id, groupId: group!.id });
    expect(errorIn((await visit(browser, (await client.begin()).url)).left)).toBe('access_denied');
    const event = { type: 'client.refused', outcome: 'failure', clientId: client.id, subjectId: userId };
    expect(await db.select().from(auditEvents)).toContainEqual(expect.objectContaining(event));

    await db.insert(groupMembers).values({ groupId: group!.id, userId });
    const tokens = await client.signIn(browser, { scope: 'openid groups' });
    expect(tokens.claims()?.groups).toEqual(['Staff']);
    await db.delete(groupMembers);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
    expect(await client.token(refresh)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    const userinfo = await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` });
    expect(userinfo.status).toBe(401);
  });

  test('a user who is disabled has no token any more (H6)', async () => {
    const { browser, userId } = await seedPerson();
    const client = await registerClient();
    const tokens = await client.signIn(browser);
    await db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId));
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
    expect((await client.token(refresh)).json.error).toBe('invalid_grant');
    expect((await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` })).status).toBe(401);
    expect((await visit(browser, (await client.begin()).url)).page).toMatch(/^\/sign-in/);
  });

  test('the table shows no code, token or name to who reads it', async () => {
    const { browser, email } = await seedPerson();
    const client = await registerClient();
    const tokens = await client.signIn(browser);
    const rows = JSON.stringify(
      (await db.select().from(oidcArtifacts)).map((row) => ({
        ...row,
        payload: Buffer.from(row.payload).toString('latin1'),
      })),
    );
    for (const secret of [tokens.access_token, tokens.refresh_token!, email]) expect(rows).not.toContain(secret);
  });
});
