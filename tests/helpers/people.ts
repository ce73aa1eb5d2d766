import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { db } from '@/db';
import { passkeys, sessions, users } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { hashToken, randomToken } from '@/lib/crypto';
import { issueInvitation, openRegistrationLink } from '@/lib/registration-links';
import { requestContextFrom } from '@/lib/request-context';
import { type Session, unheld } from '@/lib/sessions';
import { newUserHandle } from '@/lib/users';
import { type Change, SoftwareAuthenticator } from './authenticator';
import { Browser } from './browser';
import { cbor } from './cbor';
import { finish, start } from './ceremonies';
import { runOperation } from './operations';

export const somebody = requestContextFrom(new Headers());
// E-mails outlive a test, so nobody is called as somebody was before.
const run = randomBytes(3).toString('hex');
let number = 0;

export type Person = Awaited<ReturnType<typeof seedPerson>>;
type Row = Partial<typeof passkeys.$inferInsert>;

/** Somebody with a passkey and a signed-in browser, written straight into the tables, for tests of many cases. */
export async function seedPerson(row: Row = {}) {
  number += 1;
  const email = `person${number}-${run}@example.com`;
  const user = await newUser(`Person ${number}`, email);
  const authenticator = new SoftwareAuthenticator(config.publicUrl);
  const passkey = await seedPasskey(authenticator, user, row);
  const browser = new Browser();
  const { id } = await seedSession(browser, user.id, passkey.id);
  const session = { id, userId: user.id, email, name: user.name, passkeyId: passkey.id, ...unheld } as Session;
  return { email, browser, authenticator, passkey, user, userId: user.id, session };
}

/** One more passkey of a user, in the authenticator and in the table. */
export async function seedPasskey(
  authenticator: SoftwareAuthenticator,
  user: { id: string; handle: Uint8Array },
  row: Row = {},
) {
  const { id, key } = authenticator.create(Buffer.from(user.handle).toString('base64url'), row.signCount);
  const stored = { backupEligible: false, backupState: false, uvInitialized: true, signCount: 0, name: 'Seeded' };
  const made = { publicKey: Uint8Array.from(cbor(key.cose)), aaguid: '00000000-0000-0000-0000-000000000000' };
  const values = { ...stored, ...made, transports: ['internal'], attestationFormat: 'none', userId: user.id };
  const credentialId = id.toString('base64url');
  const [inserted] = await db
    .insert(passkeys)
    .values({ ...values, credentialId, ...row })
    .returning();
  return inserted!;
}

/** Signs a browser in as if by a passkey just now; by one that is gone where none is named. */
export async function seedSession(browser: Browser, userId: string, passkeyId: string | null) {
  const token = randomToken();
  const now = new Date();
  const sessionFacts = { amr: ['hwk', 'user', 'mfa'], acr: 'phrh', address: browser.address, browser: '' };
  const times = { authTime: now, lastSeenAt: now, endsAt: new Date(now.getTime() + 3_600_000) };
  const [session] = await db
    .insert(sessions)
    .values({ userId, passkeyId, tokenHash: hashToken(token), ...sessionFacts, ...times })
    .returning();
  browser.cookies.set(cookieName('session'), token);
  browser.cookies.set(cookieName('browser'), randomToken());
  return session!;
}

/** Somebody with an account, a passkey and a signed-in browser, made by the same steps that a person takes. */
export async function newPerson(change: Change = {}) {
  const { browser, authenticator, email } = await newcomer();
  const { passkey } = await addPasskey(browser, authenticator, change);
  const [user] = await db.select().from(users).where(eq(users.email, email));
  return { email, browser, authenticator, passkey, user: user!, userId: user!.id };
}

/** Somebody who has opened an invitation and is about to make the first passkey. */
export async function newcomer() {
  number += 1;
  const email = `person${number}-${run}@example.com`;
  const inviter = await newUser('Inviter', `inviter${number}-${run}@example.com`);
  const token = await invite(email, inviter);
  await runOperation(openRegistrationLink, { token, name: `Person ${number}` });

  const browser = new Browser();
  browser.cookies.set(cookieName('enrolment'), token);
  return { email, browser, authenticator: new SoftwareAuthenticator(config.publicUrl) };
}

/** The token of an invitation that somebody hands over. */
export async function invite(email: string, inviter: { id: string; name: string }) {
  const invited = await db.transaction((tx) =>
    issueInvitation(tx, email, { createdBy: inviter.id, inviter: inviter.name, handedOver: true }),
  );
  if (!invited.ok) throw new Error(invited.error);
  return invited.value.link!.split('/').at(-1)!;
}

/** A bare user without a passkey, whose address is confirmed. */
export async function newUser(name: string, email: string) {
  const [user] = await db
    .insert(users)
    .values({ email, name, handle: newUserHandle(), emailVerifiedAt: new Date() })
    .returning();
  return user!;
}

/** Adds a passkey through both calls; fails loudly when it is refused. */
export async function addPasskey(browser: Browser, authenticator: SoftwareAuthenticator, change: Change = {}) {
  const { challengeId, options } = await start(browser, 'register');
  const credential = authenticator.register(options, change);
  const { status, json } = await finish(browser, 'register', { challengeId, credential });
  if (status !== 201) throw new Error(`a passkey was refused: ${JSON.stringify(json)}`);
  return json;
}

/** Signs in through both calls and returns the second answer. */
export async function signIn(browser: Browser, authenticator: SoftwareAuthenticator, change: Change = {}) {
  const { challengeId, options } = await start(browser, 'authenticate');
  return finish(browser, 'authenticate', { challengeId, credential: authenticator.signIn(options, change) });
}

/** Proves once more, with the passkey, that the person is there. */
export async function stepUp({ browser, authenticator }: Pick<Person, 'browser' | 'authenticator'>) {
  const { challengeId, options } = await start(browser, 'step-up');
  const { status } = await finish(browser, 'step-up', { challengeId, credential: authenticator.signIn(options) });
  if (status !== 200) throw new Error('the step-up was refused');
}

/** Everybody signed in, and proved to be there, so many seconds earlier than they did. */
export const signedInBefore = (seconds: number) =>
  db.execute(sql`update sessions set auth_time = auth_time - make_interval(secs => ${seconds}::int),
    step_up_at = step_up_at - make_interval(secs => ${seconds}::int)`);
