import { createHash } from 'node:crypto';
import NextAuth, { type AuthOptions, getServerSession, type Session as NextAuthSession } from 'next-auth';
import type { Adapter, AdapterUser } from 'next-auth/adapters';
import { db } from '@/db';
import { config } from '@/lib/config';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { deriveKeys, hashToken } from '@/lib/crypto';
import { log } from '@/lib/log';
import { MINUTES } from '@/lib/time';
import { deleteSession, findLiveSession, type Session, touchSession } from './queries';

const CSRF_COOKIE = 'next-auth.csrf-token';

type End = (token: string) => Promise<unknown>;

/**
 * next-auth's view of our table: it finds, touches and ends sessions, and makes none. It turns every failure into "no
 * session", so failures are kept aside: nobody is "signed out" by an outage (requirement G12).
 */
function adapter(trouble: unknown[], end: End): Adapter {
  const watched =
    <A extends unknown[], R>(run: (...given: A) => Promise<R>) =>
    (...given: A) =>
      run(...given).catch((error: unknown) => {
        trouble.push(error);
        throw error;
      });
  return {
    getSessionAndUser: watched(async (token: string) => {
      const found = await findLiveSession(db, hashToken(token));
      if (!found) return null;
      const expires = new Date(found.lastSeenAt.getTime() + config.sessionIdle * 1000);
      const user = { ...found, id: found.userId, emailVerified: null, found } as AdapterUser;
      return { session: { sessionToken: token, userId: found.userId, expires }, user };
    }),
    updateSession: watched(async ({ sessionToken }: { sessionToken: string }) => {
      await touchSession(db, hashToken(sessionToken));
      return null;
    }),
    deleteSession: watched(async (token: string) => {
      await end(token);
    }),
  } as Adapter;
}

type OwnOptions = { adapter: Adapter; session: NonNullable<AuthOptions['callbacks']>['session']; csrfCookie?: string };

/** The secret that next-auth made a browser's form token with, so that a rotation refuses no form; else the first one. */
function secretFor(csrfCookie = '') {
  const [token, hash] = csrfCookie.split('|');
  const secrets = deriveKeys('next-auth').map((key) => key.toString('base64'));
  const made = (secret: string) => createHash('sha256').update(`${token}${secret}`).digest('hex') === hash;
  return secrets.find(made) ?? secrets[0];
}

const optionsWith = ({ adapter, session, csrfCookie }: OwnOptions): AuthOptions => ({
  adapter,
  providers: [],
  useSecureCookies: !config.local,
  secret: secretFor(csrfCookie),
  session: { strategy: 'database', maxAge: config.sessionIdle, updateAge: 1 * MINUTES },
  cookies: { sessionToken: { name: cookieName('session'), options: cookieSettings(config.sessionIdle) } },
  pages: { signIn: '/sign-in', signOut: '/account', error: '/sign-in' },
  callbacks: { session },
  logger: {
    error: (code) => log.error({ nextAuth: code }, 'next-auth reported an error'),
    warn: () => undefined,
    debug: () => undefined,
  },
});

type Asked = { action: string; method: string; cookies: { name: string; value: string }[]; csrfToken?: string };

/**
 * Lets next-auth answer one of its own addresses: what a browser may read of its session, and signing out. It is handed
 * its two cookies and its token only, because most of what else a client can send makes it throw or answer 500.
 */
export async function answerNextAuth({ action, method, cookies, csrfToken }: Asked, end: End) {
  const own = cookies.filter(({ name }) => name === cookieName('session') || name.endsWith(CSRF_COOKIE));
  const request = {
    method,
    headers: {},
    query: { nextauth: [action] },
    cookies: Object.fromEntries(own.map(({ name, value }) => [name, value])),
    body: { csrfToken },
  };
  const trouble: unknown[] = [];
  const options = optionsWith({
    adapter: adapter(trouble, end),
    session: ({ session, user }) => ({ ...session, user: { name: user.name, email: user.email } }),
    csrfCookie: own.find(({ name }) => name.endsWith(CSRF_COOKIE))?.value,
  });
  const { response, answer } = recorder();
  await NextAuth(request as never, response as never, options);
  if (trouble.length) throw trouble[0];
  return answer();
}

/** Takes down what next-auth says to the kind of response it knows, and hands it on as the kind that we know. */
function recorder() {
  const headers = new Headers();
  let status = 200;
  let body: string | null = null;
  const response = {
    status: (code: number) => {
      status = code;
      return response;
    },
    getHeader: (name: string) => (name === 'Set-Cookie' ? headers.getSetCookie() : headers.get(name)),
    setHeader: (name: string, value: string | string[]) => {
      headers.delete(name);
      for (const one of [value].flat()) headers.append(name, one);
      return response;
    },
    send: (value: unknown) => {
      body = typeof value === 'string' ? value : JSON.stringify(value);
    },
    end: () => undefined,
  };
  return { response, answer: () => new Response(body, { status, headers }) };
}

/** The session that a cookie's token opens. A database that is away throws. */
export async function readSession(token: string | undefined): Promise<Session | undefined> {
  if (!token || token.length > 100) return undefined;
  const trouble: unknown[] = [];
  const options = optionsWith({
    adapter: adapter(trouble, (ended) => deleteSession(db, hashToken(ended))),
    session: ({ session, user }) => ({ ...session, found: (user as AdapterUser & { found: Session }).found }),
  });
  const request = { headers: {}, cookies: { [cookieName('session')]: token } };
  const response = { getHeader: () => undefined, setHeader: () => undefined, setCookie: () => undefined };
  const session = await getServerSession(request as never, response as never, options);
  if (trouble.length) throw trouble[0];
  return (session as (NextAuthSession & { found: Session }) | null)?.found;
}
