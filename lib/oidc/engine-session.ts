import type Provider from 'oidc-provider';
import { randomToken } from '@/lib/crypto';
import { lastAuthentication } from '@/lib/sessions';
import { currentEngineContext } from './engine-context';

type EngineSession = InstanceType<Provider['Session']>;

/**
 * Synchronizes the engine's session with ours (trap T18): the same user, with the strength and time of our session now, or
 * nobody without one. So signing in, a step-up and signing out need no second step, and `prompt=none` works in the first
 * app as in the tenth.
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

/** Removes the user from the engine's session, where ours has ended or is of another user. */
function forget(session: EngineSession) {
  for (const field of ['accountId', 'acr', 'amr', 'loginTs', 'authorizations', 'state'] as const) delete session[field];
  Object.assign(session, { uid: randomToken() });
  session.resetIdentifier();
}
