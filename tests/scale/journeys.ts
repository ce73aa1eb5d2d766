import * as openid from 'openid-client';
import { cookieName } from '@/lib/cookies';
import { readSession, signOut } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { finish, start } from '@/tests/helpers/ceremonies';
import { newPerson, type Person, somebody } from '@/tests/helpers/people';
import { post, type RelyingParty } from '@/tests/helpers/relying-party';

export type World = { person: Person; app: RelyingParty };

async function signIn({ person }: World) {
  const { challengeId, options } = await start(person.browser, 'authenticate');
  await answered(
    finish(person.browser, 'authenticate', { challengeId, credential: person.authenticator.signIn(options) }),
  );
}

async function stepUp({ person }: World) {
  const { challengeId, options } = await start(person.browser, 'step-up');
  await answered(finish(person.browser, 'step-up', { challengeId, credential: person.authenticator.signIn(options) }));
}

async function answered(reply: Promise<{ status: number; json: unknown }>) {
  const { status, json } = await reply;
  if (status !== 200) throw new Error(`a ceremony was answered with ${status}: ${JSON.stringify(json)}`);
}

const tokenOf = ({ person }: World) => person.browser.cookies.get(cookieName('session'));

/** What people and apps do all day, by the entries that they use. */
export const journeys: Record<string, (world: World) => Promise<unknown>> = {
  'sign in': signIn,
  'sign in, by name': async ({ person }) => start(new Browser(), 'authenticate', { username: person.email }),
  'read the session': (world) => readSession(tokenOf(world)),
  'step up': stepUp,
  'sign up with a passkey': () => newPerson(),
  'authorize, token, userinfo, refresh, introspect, revoke': async ({ person, app }) => {
    const tokens = await app.signIn(person.browser);
    await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` });
    const client = await app.discover();
    const fresh = await openid.refreshTokenGrant(client, tokens.refresh_token!);
    await openid.tokenIntrospection(client, fresh.access_token);
    await openid.tokenRevocation(client, fresh.access_token);
  },
  'client credentials': async ({ app }) => app.token({ grant_type: 'client_credentials' }),
  'sign out': async (world) => {
    await signOut(tokenOf(world), somebody);
    await signIn(world);
  },
};
