import { describe, expect, test } from 'vitest';
import { confirmSignOut } from '@/app/(sign-in)/sign-out/actions';
import { config } from '@/lib/config';
import { checkLogoutToken } from '@/tests/helpers/logout-listener';
import { act, callProvider, visit } from '@/tests/helpers/relying-party';
import { listener, send } from '@/tests/helpers/signed-in';
import { authorize, wholeFlow } from './plan';

type Flow = Awaited<ReturnType<typeof wholeFlow>>;

/** Sends the browser to sign out, and presses the button where it is asked. */
async function signOut({ person }: Flow, parameters: Record<string, string>) {
  const landed = await visit(person.browser, `/oidc/logout?${new URLSearchParams(parameters)}`);
  if (!landed.page?.startsWith('/sign-out')) return landed;
  const { to } = await act(person.browser, confirmSignOut, { query: landed.page.split('?')[1] ?? '' });
  return visit(person.browser, to!);
}

/** Whether the session of the provider has ended, as the suite looks: by prompt=none. */
const signedOut = async ({ client, person }: Flow) =>
  (await authorize(client, person, 'query', { prompt: 'none' })).answer.error === 'login_required';

const discovery = async () => (await callProvider(`${config.publicUrl}/.well-known/openid-configuration`)).json();

describe('oidcc-rp-initiated-logout-certification-test-plan', () => {
  test('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
    expect((await discovery()).end_session_endpoint).toBe(`${config.publicUrl}/oidc/logout`);
  });

  const bye = ({ client }: Flow) => client.client.postLogoutRedirectUris[0]!;
  const valuesOf = {
    state: () => ({ state: 'a state' }),
    hint: ({ tokens }: Flow) => ({ id_token_hint: tokens.id_token }),
    uri: (flow: Flow) => ({ post_logout_redirect_uri: bye(flow) }),
    client: ({ client }: Flow) => ({ client_id: client.id }),
  };

  test.each<[string, (flow: Flow) => Record<string, string>, 'back' | 'here' | 'refused']>([
    [
      'oidcc-rp-initiated-logout',
      (flow) => ({ ...valuesOf.hint(flow), ...valuesOf.uri(flow), ...valuesOf.state() }),
      'back',
    ],
    [
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
      (flow) => ({ ...valuesOf.hint(flow), ...valuesOf.state(), post_logout_redirect_uri: `${bye(flow)}x` }),
      'refused',
    ],
    [
      'oidcc-rp-initiated-logout-modified-id-token-hint',
      (flow) => ({ ...valuesOf.uri(flow), id_token_hint: `${flow.tokens.id_token.slice(0, -6)}AAAAAA` }),
      'refused',
    ],
    [
      'oidcc-rp-initiated-logout-no-id-token-hint',
      (flow) => ({ ...valuesOf.uri(flow), ...valuesOf.client(flow) }),
      'back',
    ],
    ['oidcc-rp-initiated-logout-no-params', () => ({}), 'here'],
    [
      'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
      (flow) => ({ ...valuesOf.hint(flow), ...valuesOf.state() }),
      'here',
    ],
    ['oidcc-rp-initiated-logout-no-state', (flow) => ({ ...valuesOf.hint(flow), ...valuesOf.uri(flow) }), 'back'],
    ['oidcc-rp-initiated-logout-only-state', () => valuesOf.state(), 'here'],
    [
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
      (flow) => ({ ...valuesOf.hint(flow), post_logout_redirect_uri: `${bye(flow)}?foo=bar` }),
      'refused',
    ],
    [
      'oidcc-rp-initiated-logout-bad-id-token-hint',
      (flow) => ({ ...valuesOf.uri(flow), id_token_hint: 'this is not a jwt' }),
      'refused',
    ],
  ])('%s', async (_, parameters, outcome) => {
    const flow = await wholeFlow('query');
    const sent = parameters(flow);
    const { left, page, status } = await signOut(flow, sent);
    if (outcome === 'back') expect(left?.href.replace('?state=a+state', '')).toBe(bye(flow));
    if (outcome === 'back') expect(left?.searchParams.get('state') ?? undefined).toBe(sent.state);
    if (outcome === 'here') expect([left, page]).toEqual([undefined, '/signed-out']);
    if (outcome === 'refused') expect([left, status]).toEqual([undefined, 400]);
    expect(await signedOut(flow)).toBe(outcome !== 'refused');
  });
});

describe('oidcc-backchannel-rp-initiated-logout-certification-test-plan', () => {
  test('oidcc-backchannel-logout-discovery-endpoint-verification', async () => {
    expect(await discovery()).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  test('oidcc-backchannel-rp-initiated-logout', async () => {
    const listening = await listener();
    const flow = await wholeFlow('query', {}, { backchannelLogoutUri: listening.uri });
    await signOut(flow, { id_token_hint: flow.tokens.id_token });
    await send(listening.host);
    const token = await checkLogoutToken(listening.received[0]!, flow.client.id);
    expect(token).toMatchObject({ sub: flow.tokens.claims.sub, sid: flow.tokens.claims.sid });
    expect(await signedOut(flow)).toBe(true);
  });
});
