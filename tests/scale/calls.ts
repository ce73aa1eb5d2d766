import type { Db } from '@/db';
import * as account from '@/lib/account/queries';
import * as apiKeys from '@/lib/api-keys/queries';
import * as artifacts from '@/lib/artifacts';
import * as audit from '@/lib/audit/queries';
import * as clients from '@/lib/clients/queries';
import * as groups from '@/lib/groups/queries';
import * as oidc from '@/lib/oidc/queries';
import * as operation from '@/lib/operation/queries';
import * as outbox from '@/lib/outbox/queries';
import * as passkeys from '@/lib/passkeys/queries';
import * as passwords from '@/lib/passwords/queries';
import * as limits from '@/lib/rate-limits/queries';
import * as recovery from '@/lib/recovery/queries';
import * as links from '@/lib/registration-links/queries';
import * as factors from '@/lib/second-factors/queries';
import * as sessions from '@/lib/sessions/queries';
import * as settings from '@/lib/settings/queries';
import * as signIn from '@/lib/sign-in/queries';
import * as keys from '@/lib/signing-keys/queries';
import * as users from '@/lib/users/queries';
import * as vault from '@/lib/vault/queries';
import type { Person } from '@/tests/helpers/people';

type Call = (db: Db, of: Person) => Promise<unknown>;

const place = {
  at: new Date(Date.now() - 200 * 86_400_000).toISOString().replace('Z', '000Z'),
  id: crypto.randomUUID(),
};
const unheld = { recoveryId: null, heldUntil: null };
const soon = () => new Date(Date.now() + 600_000);
const none = crypto.randomUUID();
const bytes = new Uint8Array(64);
const claim = { id: none, attempts: 1 };
const answer = { actor: 'user:1', key: 'one', request: '' };
const newLink = { tokenHash: 'a new link', purpose: 'recover' as const, expiresAt: soon() };

/** What is asked by pages, the API, commands and jobs, a statement or a few each. */
export const calls: Record<string, Call> = {
  'audit: the latest': (db) => audit.listAllEvents(db, {}, 51),
  'audit: a page far down': (db) => audit.listAllEvents(db, {}, 51, place),
  'audit: a rare type': (db) => audit.listAllEvents(db, { type: 'recovery.break-glass' }, 51),
  'audit: a rare type, a page far down': (db) => audit.listAllEvents(db, { type: 'recovery.break-glass' }, 51, place),
  'audit: a common type': (db) => audit.listAllEvents(db, { type: 'session.created' }, 51, place),
  'audit: used passkeys': (db) => audit.listAllEvents(db, { type: 'auth.passkey.success' }, 51),
  'audit: begun sessions': (db) => audit.listAllEvents(db, { type: 'session.created' }, 51),
  'audit: ended sessions': (db) => audit.listAllEvents(db, { type: 'session.revoked' }, 51),
  'audit: what was refused': (db) => audit.listAllEvents(db, { outcome: 'failure' }, 51),
  'audit: what was done': (db) => audit.listAllEvents(db, { outcome: 'success' }, 51, place),
  'audit: by an actor': (db, { userId }) => audit.listAllEvents(db, { actorId: userId }, 51),
  'audit: of a subject': (db, { userId }) => audit.listAllEvents(db, { subjectId: userId }, 51),
  'audit: of a target': (db) => audit.listAllEvents(db, { targetId: none }, 51),
  'audit: of a client': (db) => audit.listAllEvents(db, { clientId: 'app-1' }, 51, place),
  'audit: of a client that did nothing': (db) => audit.listAllEvents(db, { clientId: 'none' }, 51),
  'account: activity': (db, { userId }) => audit.listEvents(db, userId, 50),
  'account: export': (db, { userId }) => account.readAccount(db, userId),
  'account: profile': (db, { userId }) => account.findProfile(db, userId),
  'account: rename': (db, { userId }) => account.renameUser(db, userId, 'Ada'),
  'account: region': (db, { userId }) => account.updateRegion(db, userId, { locale: 'de', zoneinfo: null }),
  'account: address': (db, { userId }) => account.changeAddress(db, userId, 'new@example.com'),
  'account: delete': (db, { userId }) => account.deleteUser(db, userId),
  'users: first page': (db) => users.listUserPage(db, { limit: 51 }),
  'users: a page far down': (db) => users.listUserPage(db, { limit: 51, after: place }),
  'users: by address': (db, { email }) => users.listUserPage(db, { limit: 51, email }),
  'users: one': (db, { userId }) => users.findListedUser(db, userId),
  'users: by address, alone': (db, { email }) => users.findUserByEmail(db, email),
  'users: who is enabled': (db, { userId }) => users.findUser(db, userId),
  'users: hold': (db, { userId }) => users.lockUser(db, userId, 0),
  'users: hold anybody': (db, { userId }) => users.lockAnyUser(db, userId),
  'users: hold two': (db, { userId }) => users.lockUsers(db, [userId, none]),
  'users: insert': (db) => users.insertUser(db, { handle: bytes, email: 'new@example.com', name: 'New' }),
  'users: a name that many have': (db) =>
    users.insertUser(db, { handle: bytes, email: 'person@example.org', name: 'New' }),
  'users: administrators': users.countAdministrators,
  'users: the last administrator': (db, { userId }) => users.isLastAdministrator(db, userId),
  'users: disable': (db, { userId }) => users.setDisabled(db, userId, new Date()),
  'users: role': (db, { userId }) => users.setRole(db, userId, 'administrator'),
  'users: stamp': (db, { userId }) => users.renewStamp(db, userId),
  'users: confirm': (db, { userId, email }) => users.confirmAddress(db, userId, email),
  'users: links': (db, { userId }) => users.deleteLinks(db, userId),
  'users: ways in': (db, { userId }) => users.hasOtherWayIn(db, userId, 'passkey'),
  'sessions: live': (db, { userId }) => sessions.listLive(db, userId),
  'sessions: has': (db, { userId, session }) => sessions.hasSession(db, userId, session.id),
  'sessions: touch': (db) => sessions.touchSession(db, 'a token'),
  'sessions: end one': (db, { userId, session }) => sessions.deleteSession(db, { id: session.id, userId }),
  'sessions: end by token': (db) => sessions.deleteSession(db, { tokenHash: 'a token' }),
  'sessions: end all': (db, { userId }) => sessions.deleteSessions(db, { userId }),
  'sessions: step up': (db, { session }) =>
    sessions.rotateToken(db, session.id, 'a new token', { amr: ['hwk'], acr: 'phr', ...unheld }),
  'sessions: clock': sessions.readDatabaseClock,
  'passkeys: list': (db, { userId }) => passkeys.listRows(db, userId),
  'passkeys: rename': (db, { userId, passkey }) => passkeys.renameRow(db, userId, passkey.id, 'Key'),
  'passkeys: remove': (db, { userId, passkey }) => passkeys.removeRow(db, userId, passkey.id),
  'passkeys: owned': (db, { userId, passkey }) => passkeys.findOwned(db, userId, passkey.id),
  'passkeys: known': (db) => passkeys.isKnownCredential(db, 'none'),
  'passkeys: went back': (db, { passkey }) => passkeys.markRegressed(db, passkey.id),
  'passkeys: may be copied': (db, { passkey }) => passkeys.markEligibilityChanged(db, passkey.id),
  'passkeys: verifies its user': (db, { passkey }) => signIn.initializeUserVerification(db, passkey.id),
  'sign-in: waiting': (db) => signIn.findPending(db, 'a token', 'a browser'),
  'sign-in: no longer waiting': (db) => signIn.consumePending(db, 'a token', 'a browser'),
  'password: by address': (db, { email }) => passwords.findByEmail(db, email),
  'password: find': (db, { userId }) => passwords.findPassword(db, userId),
  'password: set': (db, { userId }) => passwords.upsertPassword(db, userId, 'hash', unheld),
  'password: rehash': (db, { userId }) => passwords.rehash(db, userId, 'hash', 'other'),
  'password: remove': (db, { userId }) => passwords.deletePassword(db, userId),
  'totp: begin': (db, { userId }) => factors.upsertUnconfirmed(db, userId, { keyId: 'k', sealed: bytes }),
  'totp: find': (db, { userId }) => factors.findTotp(db, userId),
  'totp: step': (db, { userId }) => factors.consumeStep(db, userId, 1, 'confirmed'),
  'totp: origin': (db, { userId }) => factors.setOrigin(db, userId, unheld),
  'totp: remove': (db, { userId }) => factors.deleteTotp(db, userId),
  'codes: replace': (db, { userId }) => factors.replaceCodes(db, userId, [{ selector: 's', hash: 'h' }]),
  'codes: find': (db, { userId }) => factors.findCode(db, userId, 's'),
  'codes: use': (db, { userId }) => factors.consumeCode(db, userId, none),
  'codes: count': (db, { userId }) => factors.countCodes(db, userId),
  'attempts: take': (db) => limits.insertAttempt(db, 'one', { free: 5, first: 10, longest: 900, most: 100 }),
  'attempts: give back': (db) => limits.uncountAttempt(db, 'one', 1),
  'attempts: find': (db) => limits.findFailures(db, 'one'),
  'attempts: clear': (db) => limits.deleteFailures(db, 'one'),
  'recovery: link': (db, { userId, email }) => recovery.insertLink(db, { ...newLink, userId, email }),
  'recovery: find': (db) => recovery.findLink(db, 'recover', 'none'),
  'recovery: use': (db) => recovery.consumeLink(db, 'recover', 'none'),
  'recovery: what came': (db, { userId }) => recovery.listCameBy(db, userId, none),
  'recovery: undo': (db, { userId }) => recovery.removeCameBy(db, userId, none),
  'links: insert': (db) => links.insertLink(db, { ...newLink, purpose: 'invite' }),
  'links: find': (db) => links.findLiveLink(db, 'none'),
  'links: hold': (db) => links.lockRegistrationLink(db, none),
  'links: use': (db) => links.consumeLink(db, none),
  'links: fill': (db) => links.updateLink(db, 'none', 'Ada', 'ada@example.com'),
  'links: replace': (db) => links.deleteLinksTo(db, 'invite', 'ada@example.com'),
  'links: open ones': (db) => links.deleteOpenLinks(db, 'ada@example.com'),
  'links: setup': (db) => links.upsertSetupLink(db, 'none', bytes, soon()),
  'groups: insert': (db) => groups.insertGroup(db, 'New'),
  'groups: rename': (db) => groups.renameGroupRow(db, none, 'Other'),
  'groups: delete': (db) => groups.deleteGroupRow(db, none),
  'groups: add': (db, { email }) => groups.addMemberByEmail(db, none, email),
  'groups: remove': (db, { userId }) => groups.removeMemberRow(db, none, userId),
  'groups: names': groups.listGroupNames,
  'clients: list with users': (db) => clients.listClientRows(db, 'name', 51),
  'clients: find': (db) => clients.findClientRow(db, 'app-1'),
  'clients: hold': (db) => clients.lockClientRow(db, 'app-1'),
  'clients: groups': (db) => clients.listClientGroups(db, 'app-1'),
  'clients: limit': (db) => clients.replaceClientGroups(db, 'app-1', []),
  'clients: own tokens': (db) => clients.deleteOwnTokens(db, 'none'),
  'apps: list': (db, { userId }) => oidc.listGrants(db, userId),
  'apps: allow': (db, { userId }) => oidc.widenGrant(db, { userId, clientId: 'app-1', scopes: [], claims: [] }),
  'apps: withdraw': (db, { userId }) => oidc.deleteGrant(db, userId, 'app-1'),
  'apps: language': (db, { userId }) => oidc.storeLocale(db, userId, 'de'),
  'outbox: claim': (db) => outbox.claimDue(db, 'email', 60),
  'outbox: claim of a rare kind': (db) => outbox.claimDue(db, 'recovery-request', 60),
  'outbox: done': (db) => outbox.deleteMessage(db, claim),
  'outbox: later': (db) => outbox.postponeMessage(db, claim, 'refused', 60),
  'outbox: given up': (db) => outbox.giveUpMessage(db, claim, 'refused'),
  'outbox: failing': (db) => outbox.listFailing(db, 100),
  'outbox: of a deleted account': (db, { email }) => outbox.deleteFailedTo(db, email),
  'keys: list': (db) => apiKeys.listKeyRows(db),
  'keys: find': (db) => apiKeys.findKey(db, 'none'),
  'keys: touch': (db) => apiKeys.touchKey(db, none),
  'keys: delete': (db) => apiKeys.deleteKey(db, none),
  'operation: hold the session': (db, { session }) => operation.holdSession(db, session),
  'operation: hold the key': (db) => operation.holdKey(db, none),
  'operation: claim an answer': (db) => operation.claimAnswer(db, answer),
  'operation: find an answer': (db) => operation.findAnswer(db, answer),
  'operation: store an answer': (db) => operation.storeAnswer(db, answer, {}),
  'operation: release an answer': (db) => operation.releaseAnswer(db, answer),
  'settings: find': settings.findSettings,
  'settings: store': (db) => settings.upsertSettings(db, { passkeyIsTwoFactors: true }),
  'signing keys: list': keys.listKeyRows,
  'signing keys: private': (db) => keys.readPrivateKeys(db, ['none']),
  'vault: keys': vault.listSteadyKeys,
  'vault: sealer': (db) => vault.findLatestSealer(db, ['k']),
};

/** What the purge of `lib/jobs` runs, in transactions of its own. */
export const purges: Record<string, (db: Db) => Promise<unknown>> = {
  'purge: sessions': sessions.purgeSessions,
  'purge: challenges': passkeys.purgeChallenges,
  'purge: events': audit.purgeEvents,
  'purge: artifacts': artifacts.purgeArtifacts,
  'purge: links': links.purgeRegistrationLinks,
  'purge: waiting sign-ins': signIn.purgePending,
  'purge: counters': limits.purgeCounters,
  'purge: failures': limits.purgeFailures,
  'purge: outbox': outbox.purgeOutbox,
  'purge: answers': operation.purgeIdempotentAnswers,
};
