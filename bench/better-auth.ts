import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { mustRun, root, run } from '@/scripts/prepare.mjs';
import { callback, flowsOf } from './app';
import { openConnection } from './connection';
import { newPeople, type Person } from './people';
import { type Contender, type Flow, forgetSession } from './round';
import { makeDatabase, startServer } from './server';

const folder = join(root, 'bench', 'better-auth');
const programs = {
  'Next.js': [join('node_modules', 'next', 'dist', 'bin', 'next'), 'start'],
  'Node.js': ['server.js'],
};
const secret = randomBytes(32).toString('base64');
const settings = (origin: string) => ({ BETTER_AUTH_URL: origin, BETTER_AUTH_SECRET: secret });

export async function startBetterAuth(postgresUrl: string, on: keyof typeof programs): Promise<Contender> {
  const databaseUrl = await makeDatabase(postgresUrl, `bench_better_auth_${on === 'Next.js' ? 'next' : 'node'}`);
  const env = { ...process.env, DATABASE_URL: databaseUrl, ...settings('http://localhost') };
  await mustRun(process.execPath, ['migrate.js'], { cwd: folder, env });
  const { output } = await run(process.execPath, ['client.js', callback], { cwd: folder, env });
  const app = { ...JSON.parse(output.trim().split('\n').at(-1) ?? ''), ...endpoints };
  const server = await startServer({ folder, databaseUrl, settings, readyPath: '/api/auth/ok', program: programs[on] });
  const people = newPeople(server.origin);
  await signUp(server.origin, people);
  const flows = { 'sign-in': signIn, 'session read': readSession, ...flowsOf(app) };
  return { name: `Better Auth in ${on}`, server, people, flows };
}

const endpoints = {
  authorize: '/api/auth/oauth2/authorize',
  token: '/api/auth/oauth2/token',
};

const signIn: Flow = async ({ send, person }) => {
  forgetSession(person);
  const options = await send('GET', '/api/auth/passkey/generate-authenticate-options');
  const response = person.authenticator.signIn(options);
  await send('POST', '/api/auth/passkey/verify-authentication', { response });
};

const readSession: Flow = async ({ send, person }) => {
  const { user } = (await send('GET', '/api/auth/get-session')) ?? {};
  if (user?.email !== person.email) throw new Error(`${person.email} is signed in as ${user?.email}`);
};

/** An account begins with a password there, and a passkey is added to it. */
async function signUp(origin: string, people: Person[]) {
  const connection = openConnection(origin);
  for (const person of people) {
    const { send } = connection.browserOf(person);
    const { name, email, authenticator } = person;
    await send('POST', '/api/auth/sign-up/email', { name, email, password: 'a password of some length' });
    const options = await send('GET', '/api/auth/passkey/generate-register-options');
    const response = authenticator.register(options);
    await send('POST', '/api/auth/passkey/verify-registration', { response });
  }
  connection.close();
}
