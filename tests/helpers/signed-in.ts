import { onTestFinished } from 'vitest';
import { cookieName } from '@/lib/cookies';
import { deliverOutbox } from '@/lib/jobs';
import { readSession } from '@/lib/sessions';
import { withSettings } from '../setup/settings';
import { listenForLogout } from './logout-listener';
import { seedPerson } from './people';
import { post, registerClient } from './relying-party';

/** A client's listener, closed after the test. */
export async function listener(...given: Parameters<typeof listenForLogout>) {
  const listening = await listenForLogout(...given);
  onTestFinished(async () => void (await listening.close()));
  return listening;
}

/** Somebody signed in to a client that listens. */
export async function signedIn() {
  const person = await seedPerson();
  const listening = await listener();
  const client = await registerClient({ backchannelLogoutUri: listening.uri });
  const tokens = await client.signIn(person.browser);
  const alive = async () =>
    (await post('/oidc/userinfo', {}, { authorization: `Bearer ${tokens.access_token}` })).status === 200;
  const refresh = () => client.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token! });
  const session = (await readSession(person.browser.cookies.get(cookieName('session'))))!;
  return { ...person, listening, client, tokens, alive, refresh, session };
}

/** Sends what is due, to this host as well. */
export const send = (host: string) => withSettings({ PRIVATE_CLIENTS: host }, deliverOutbox);
