import type Provider from 'oidc-provider';
import { randomToken } from '@/lib/crypto';
import { lastAuthentication } from '@/lib/sessions';
import { currentEngineContext } from './engine-context';

type EngineSession = InstanceType<Provider['Session']>;

/**
 * Makes the engine's session follow ours (trap T18): whoever is signed in here is signed in there, with the strength
 * and the time that our session has at this moment, and nobody else is, nor anybody where there is no session of ours. So signing in, a
 * step-up and signing out need no second step, and `prompt=none` works in the first app as in the tenth.
 */
export function followOurSession(session: EngineSession) {
  const ours = currentEngineContext()?.session;
  if (session.accountId && session.accountId !== ours?.userId) forget(session);
  if (!ours) return;
  const { userId: accountId } = ours;
  const { at, amr, acr } = lastAuthentication(ours);
  const loginTs = Math.floor(at.getTime() / 1000);
  if (session.accountId === accountId && session.loginTs === loginTs && session.acr === acr) return;
  session.loginAccount({ accountId, acr, amr, loginTs });
  // The engine keeps a session only when it was touched.
  Object.assign(session, { touched: true });
}

/** Without a session of ours, or with somebody else's, nothing is left of who was signed in. */
function forget(session: EngineSession) {
  for (const field of ['accountId', 'acr', 'amr', 'loginTs', 'authorizations', 'state'] as const) delete session[field];
  Object.assign(session, { uid: randomToken() });
  session.resetIdentifier();
}
