import { errors, type default as Provider } from 'oidc-provider';
import { hashToken, randomToken } from '@/lib/crypto';
import { lastAuthentication } from '@/lib/sessions';
import { spendOnce } from './adapter';
import { isSentAsRegistered } from './client-authentication';
import { currentEngineContext } from './engine-context';

type Client = InstanceType<Provider['Client']>;
type Session = InstanceType<Provider['Session']>;
type WithSchema = { Schema: { prototype: { redirectUris: () => void } } };

/**
 * Every part of the engine that is replaced at run time, here and nowhere else: what its configuration has no setting for.
 * Each is looked at again when the engine is updated.
 */
export function overrideEngine({ Client, ReplayDetection, Session }: Provider) {
  // Secrets are stored as hashes: both are of equal length, and comparing takes equal time.
  const { compareClientSecret } = Client.prototype;
  Client.prototype.compareClientSecret = function (this: Client, actual: string) {
    if (!isSentAsRegistered(this))
      throw new errors.InvalidClientAuth(`this client is registered to use ${this.clientAuthMethod}`);
    return compareClientSecret.call(this, hashToken(actual));
  };
  // The end of a session of ours sends logout notices to its clients; the engine would notify some of them a second time.
  Client.prototype.backchannelLogout = async () => undefined;
  // What may be an address is decided where a client is registered; the engine knows no app that is on a server and a phone.
  (Client as unknown as WithSchema).Schema.prototype.redirectUris = () => undefined;

  // The engine reads before it writes, so that two at once would both pass.
  ReplayDetection.unique = spendOnce;

  // The engine's session follows ours.
  const get = Session.get.bind(Session);
  Session.get = async (ctx) => {
    const session = await get(ctx);
    followOurSession(session);
    return session;
  };
  // A client knows a session of ours by one `sid`, however many the engine makes of it: two tabs at once make two.
  Session.prototype.ensureClientContainer = function (this: Session, clientId: string) {
    const ours = currentEngineContext()?.session;
    if (ours && !this.sidFor(clientId)) this.sidFor(clientId, hashToken(`sid:${ours.id}:${clientId}`));
  };
}

/**
 * Synchronizes the engine's session with ours (trap T18): the same user, with the strength and time of our session now, or
 * nobody without one. So signing in, a step-up and signing out need no second step, and `prompt=none` works in the first
 * app as in the tenth.
 */
function followOurSession(session: Session) {
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
function forget(session: Session) {
  for (const field of ['accountId', 'acr', 'amr', 'loginTs', 'authorizations', 'state'] as const) delete session[field];
  Object.assign(session, { uid: randomToken() });
  session.resetIdentifier();
}
