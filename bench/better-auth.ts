import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { mustRun, root } from '@/scripts/prepare.mjs';
import { openConnection, type Send } from './connection';
import { newPeople, type Person } from './people';
import type { Contender } from './round';
import { makeDatabase, startServer } from './server';

const folder = join(root, 'bench', 'better-auth');
const program = [join('node_modules', 'next', 'dist', 'bin', 'next'), 'start'];
const secret = randomBytes(32).toString('base64');
const settings = (origin: string) => ({ BETTER_AUTH_URL: origin, BETTER_AUTH_SECRET: secret });

export async function startBetterAuth(postgresUrl: string): Promise<Contender> {
  const databaseUrl = await makeDatabase(postgresUrl, 'bench_better_auth');
  const env = { ...process.env, DATABASE_URL: databaseUrl, ...settings('http://localhost') };
  await mustRun(process.execPath, ['migrate.js'], { cwd: folder, env });
  const server = await startServer({ folder, databaseUrl, settings, readyPath: '/api/auth/ok', program });
  const people = newPeople(server.origin);
  await signUp(server.origin, people);
  return { name: 'Better Auth', server, people, signIn, whoAmI };
}

async function signIn(send: Send, { authenticator }: Person) {
  const options = await send('GET', '/api/auth/passkey/generate-authenticate-options');
  const response = authenticator.signIn(options);
  await send('POST', '/api/auth/passkey/verify-authentication', { response });
}

const whoAmI = async (send: Send) => (await send('GET', '/api/auth/get-session'))?.user.email;

/** An account begins with a password there, and a passkey is added to it. */
async function signUp(origin: string, people: Person[]) {
  const connection = openConnection(origin);
  for (const person of people) {
    const send = connection.browserOf(person);
    const { name, email, authenticator } = person;
    await send('POST', '/api/auth/sign-up/email', { name, email, password: 'a password of some length' });
    const options = await send('GET', '/api/auth/passkey/generate-register-options');
    const response = authenticator.register(options);
    await send('POST', '/api/auth/passkey/verify-registration', { response });
  }
  connection.close();
}
