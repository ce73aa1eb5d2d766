import { randomBytes } from 'node:crypto';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { passkeys, users } from '@/db/schema';
import { root } from '@/scripts/prepare.mjs';
import { cbor } from '@/tests/helpers/cbor';
import type { Send } from './connection';
import { newPeople, type Person } from './people';
import type { Contender } from './round';
import { makeDatabase, startServer } from './server';

/** Latchkey as it is installed; an empty setting is an unset one, whatever a developer's .env says. */
const settings = (origin: string) => ({
  PUBLIC_URL: origin,
  APP_SECRET: randomBytes(48).toString('base64'),
  RATE_LIMIT_SCALE: '1000',
  SMTP_URL: '',
  TRUSTED_PROXIES: '',
  WEBAUTHN_RP_ID: '',
  WEBAUTHN_RP_ORIGIN: '',
});

/** The Latchkey of a folder that has been built: ours, or another version of it. */
export async function startLatchkey(postgresUrl: string, folder = root): Promise<Contender> {
  const isOurs = folder === root;
  const databaseUrl = await makeDatabase(postgresUrl, isOurs ? 'bench_latchkey' : 'bench_before');
  const server = await startServer({
    folder,
    databaseUrl,
    settings,
    readyPath: '/readyz',
    program: ['scripts/server.mjs'],
  });
  const people = newPeople(server.origin);
  await seed(databaseUrl, people);
  return { name: isOurs ? 'Latchkey' : 'the other Latchkey', server, people, signIn, whoAmI };
}

async function signIn(send: Send, { authenticator }: Person) {
  const { challengeId, options } = await send('POST', '/api/passkeys/authenticate/options', {});
  const credential = authenticator.signIn(options);
  await send('POST', '/api/passkeys/authenticate/verify', { challengeId, credential });
}

const whoAmI = async (send: Send) => (await send('GET', '/api/auth/session')).user?.email;

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
  await client.end();
}
