import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import postgres from 'postgres';
import { SoftwareAuthenticator } from '../helpers/authenticator';
import { cbor } from '../helpers/cbor';
import { startPostgres } from '../setup/postgres-server';
import { startServer } from './own-server';

export type Sent = { headers?: Record<string, string>; body?: string };
export type Answer = { status: number | undefined; headers: IncomingMessage['headers']; body: string };
export type Server = Awaited<ReturnType<typeof startServer>>;

export const form = { 'content-type': 'application/x-www-form-urlencoded' };
export const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

/** Two production servers of one Postgres, of one secret and of one name, each with settings of its own. */
export async function startTwoServers(one: Record<string, string>, other: Record<string, string>) {
  const { url, stop } = await startPostgres();
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  const name = `two_servers_${randomUUID()}`;
  await admin`create database ${admin(name)}`;
  const DATABASE_URL = Object.assign(new URL(url), { pathname: name }).href;
  const shared = { DATABASE_URL, APP_SECRET: randomBytes(48).toString('base64') };
  const first = await startServer({ settings: { ...shared, ...one } });
  const second = await startServer({ settings: { ...shared, ...other }, publicUrl: first.origin });
  const sql = postgres(DATABASE_URL, { max: 1 });
  const end = async () => {
    await sql.end();
    await Promise.all([first.end(), second.end()]);
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
    await stop();
  };
  return { servers: [first, second] as const, origin: first.origin, sql, end };
}

export type Sql = Awaited<ReturnType<typeof startTwoServers>>['sql'];

/** Sends exactly this to one server, under the name that both have. */
export async function send({ port, origin }: Server, method: string, path: string, { headers = {}, body }: Sent = {}) {
  const { host } = new URL(origin);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request({ host: '127.0.0.1', port, method, path, headers: { host, ...length, ...headers } });
  const response = await new Promise<IncomingMessage>((done, failed) =>
    sent.once('response', done).once('error', failed).end(body),
  );
  return { status: response.statusCode, headers: response.headers, body: await text(response) } satisfies Answer;
}

/** Cookies as a browser keeps and sends them. */
export class Jar {
  private readonly cookies = new Map<string, string>();

  keep({ headers }: Answer) {
    for (const set of headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
  }

  get header(): Record<string, string> {
    return this.cookies.size > 0 ? { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') } : {};
  }
}

/** Somebody with a passkey, and the device that has it. */
export async function insertPerson(sql: Sql, origin: string) {
  const authenticator = new SoftwareAuthenticator(origin);
  const handle = randomBytes(64);
  const { id, key } = authenticator.create(handle.toString('base64url'));
  const email = `${randomUUID()}@example.com`;
  const [user] = await sql`insert into users (name, email, handle) values ('Robin', ${email}, ${handle}) returning id`;
  await sql`insert into passkeys (user_id, credential_id, public_key, aaguid, sign_count, transports, name, backup_eligible,
      backup_state, uv_initialized, attestation_format)
    values (${user!.id}, ${id.toString('base64url')}, ${cbor(key.cose)}, '00000000-0000-0000-0000-000000000000',
      0, '{internal}', 'Phone', false, false, true, 'none')`;
  return { authenticator, userId: user!.id as string };
}

const hash = (secret: string) => createHash('sha256').update(secret).digest('base64url');

/** An app of ours, which nobody is asked about, and its secret. */
export async function insertApp(sql: Sql, id: string, grants: string[]) {
  const secret = randomBytes(32).toString('base64url');
  const redirectUri = `https://${id}.example.com/callback`;
  await sql`insert into clients (id, name, auth_method, secret_hash, redirect_uris, post_logout_redirect_uris, scopes,
      grant_types, first_party)
    values (${id}, ${id}, 'client_secret_basic', ${hash(secret)},
      ${grants.includes('authorization_code') ? [redirectUri] : []}, '{}',
      '{openid,profile,email}', ${grants}, true)`;
  const verifier = randomBytes(32).toString('base64url');
  const authorize = `/oidc/authorize?${new URLSearchParams({
    client_id: id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    code_challenge: hash(verifier),
    code_challenge_method: 'S256',
    nonce: 'of-this-test',
  })}`;
  /** What redeems the code that an answer of the authorization endpoint carries. */
  const redemption = ({ headers, body }: Answer) => {
    const code = URL.canParse(headers.location ?? '') && new URL(headers.location!).searchParams.get('code');
    if (!code) throw new Error(`There is no code in ${headers.location}: ${body}`);
    const grant = { grant_type: 'authorization_code', redirect_uri: redirectUri, code_verifier: verifier, code };
    return new URLSearchParams(grant).toString();
  };
  return { secret, authorization: basic(id, secret), authorize, redemption };
}
