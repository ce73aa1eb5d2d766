import { createHash, randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { clients, passkeys, users } from '@/db/schema';
import { root } from '@/scripts/prepare.mjs';
import { cbor } from '@/tests/helpers/cbor';
import { startMailServer } from '@/tests/setup/smtp-server';
import { callback, flowsOf } from './app';
import { newPeople, type Person } from './people';
import { type Contender, type Flow, forgetSession } from './round';
import { makeDatabase, startServer } from './server';
import { stopLater } from './stop';

/** As `npm start` has it in package.json. */
export const program = ['--max-semi-space-size=8', 'scripts/server.mjs'];

/** Latchkey as it is installed; an empty setting is an unset one, whatever a developer's .env says. */
export const settings = (origin: string) => ({
  PUBLIC_URL: origin,
  APP_SECRET: randomBytes(48).toString('base64'),
  RATE_LIMIT_SCALE: '1000',
  SMTP_URL: '',
  TRUSTED_PROXIES: '',
  WEBAUTHN_RP_ID: '',
  WEBAUTHN_RP_ORIGIN: '',
});

type Kind = {
  folder?: string;
  /** Whether Next.js answers everything, as it does on a platform that calls functions. */
  isBehindNext?: boolean;
};

/** The Latchkey of a folder that has been built: ours, or another version of it. */
export async function startLatchkey(
  postgresUrl: string,
  { folder = root, isBehindNext = false }: Kind = {},
): Promise<Contender> {
  const name = isBehindNext ? 'Latchkey behind Next.js' : 'Latchkey';
  const databaseUrl = await makeDatabase(postgresUrl, `bench_${basename(folder)}${isBehindNext ? '_next' : ''}`);
  const mail = await startMailServer();
  stopLater(mail.stop);
  const more = { SMTP_URL: mail.url, MAIL_FROM: 'bench@example.com', DIRECT_ENTRIES: isBehindNext ? 'off' : 'on' };
  const server = await startServer({
    folder,
    databaseUrl,
    settings: (origin) => ({ ...settings(origin), ...more }),
    readyPath: '/readyz',
    program,
  });
  const people = newPeople(server.origin);
  await seed(databaseUrl, people);
  const ofSignIn = { 'sign-in': signIn, 'sign-in in a new browser': signInAnew, 'sign-in page': showSignIn };
  const ofApps = { 'session read': readSession, ...flowsOf(app) };
  const settled = async () => {
    for (let seen = -1; seen !== mail.taken.length; await sleep(300)) seen = mail.taken.length;
  };
  return {
    name: folder === root ? name : `${name} in ${basename(folder)}`,
    server,
    people,
    flows: isBehindNext ? ofSignIn : { ...ofSignIn, ...ofApps },
    settled,
  };
}

const app = {
  id: 'app',
  secret: randomBytes(32).toString('base64url'),
  authorize: '/oidc/authorize',
  token: '/oidc/token',
};

const signIn: Flow = async ({ send, person }) => {
  forgetSession(person);
  const { challengeId, options } = await send('POST', '/api/passkeys/authenticate/options', {});
  const credential = person.authenticator.signIn(options);
  await send('POST', '/api/passkeys/authenticate/verify', { challengeId, credential });
};

/** The owner gets an e-mail about it. */
const signInAnew: Flow = async (with_) => {
  with_.person.cookies.clear();
  await signIn(with_);
};

const readSession: Flow = async ({ send, person }) => {
  const { user } = await send('GET', '/api/auth/session');
  if (user?.email !== person.email) throw new Error(`${person.email} is signed in as ${user?.email}`);
};

const showSignIn: Flow = async ({ open, person }) => {
  forgetSession(person);
  await open('GET', '/sign-in');
};

/** Accounts and passkeys, written straight into the tables, because an account begins with a letter. */
async function seed(databaseUrl: string, people: Person[]) {
  const client = postgres(databaseUrl, { max: 1 });
  const db = drizzle({ client, casing: 'snake_case' });
  for (const { name, email, authenticator } of people) {
    const handle = randomBytes(64);
    const [user] = await db.insert(users).values({ name, email, handle }).returning({ id: users.id });
    const { id, key } = authenticator.create(handle.toString('base64url'));
    await db.insert(passkeys).values({
      userId: user!.id,
      credentialId: id.toString('base64url'),
      publicKey: Uint8Array.from(cbor(key.cose)),
      aaguid: '00000000-0000-0000-0000-000000000000',
      signCount: 0,
      transports: ['internal'],
      name: 'Seeded',
      backupEligible: false,
      backupState: false,
      uvInitialized: true,
      attestationFormat: 'none',
    });
  }
  await db.insert(clients).values({
    id: app.id,
    name: 'App',
    authMethod: 'client_secret_basic',
    secretHash: createHash('sha256').update(app.secret).digest('base64url'),
    redirectUris: [callback],
    postLogoutRedirectUris: [],
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
    firstParty: true,
  });
  await client.end();
}
