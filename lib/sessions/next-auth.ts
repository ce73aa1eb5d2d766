import { createHash } from 'node:crypto';
import NextAuth, { type AuthOptions } from 'next-auth';
import type { Adapter } from 'next-auth/adapters';
import { config } from '@/lib/config';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { deriveKeys } from '@/lib/crypto';
import { log } from '@/lib/log';
import { pageRequestContext } from '@/lib/request-context';
import { readSession, TOUCH_INTERVAL } from './read';
import { signOut } from './revoke';

const CSRF_COOKIE = 'next-auth.csrf-token';

type EndSession = (token: string) => Promise<unknown>;

/**
 * next-auth's view of our table: it reads and ends sessions, and makes none. It turns every failure into "no session", so
 * failures are collected: nobody is "signed out" by an outage (requirement G12).
 */
function adapter(failures: unknown[], end: EndSession): Adapter {
  const collected =
    <R>(run: (token: string) => Promise<R>) =>
    (token: string) =>
      run(token).catch((error: unknown) => {
        failures.push(error);
        throw error;
      });
  return {
    getSessionAndUser: collected(async (token) => {
      const session = await readSession(token);
      if (!session) return null;
      const { userId, name, email, lastSeenAt } = session;
      const expires = new Date(lastSeenAt.getTime() + config.sessionIdle * 1000);
      return {
        session: { sessionToken: token, userId, expires },
        user: { id: userId, name, email, emailVerified: null },
      };
    }),
    updateSession: async () => null,
    deleteSession: collected(end),
  } as Adapter;
}

/** The secret that next-auth made a browser's form token with, so that a rotation refuses no form; else the first one. */
function secretFor(csrfCookie = '') {
  const [token, hash] = csrfCookie.split('|');
  const secrets = deriveKeys('next-auth').map((key) => key.toString('base64'));
  const made = (secret: string) => createHash('sha256').update(`${token}${secret}`).digest('hex') === hash;
  return secrets.find(made) ?? secrets[0];
}

const optionsWith = (failures: unknown[], end: EndSession, csrfCookie?: string): AuthOptions => ({
  adapter: adapter(failures, end),
  providers: [],
  useSecureCookies: !config.local,
  secret: secretFor(csrfCookie),
  session: { strategy: 'database', maxAge: config.sessionIdle, updateAge: TOUCH_INTERVAL },
  cookies: { sessionToken: { name: cookieName('session'), options: cookieSettings(config.sessionIdle) } },
  pages: { signIn: '/sign-in', signOut: '/account', error: '/sign-in' },
  callbacks: { session: ({ session, user }) => ({ ...session, user: { name: user.name, email: user.email } }) },
  logger: {
    error: (code) => log.error({ nextAuth: code }, 'next-auth reported an error'),
    warn: () => undefined,
    debug: () => undefined,
  },
});

/** What `getServerSession` of next-auth takes in an extension; prefer `findSession`, which an outage makes fail instead. */
export const authOptions = () => optionsWith([], async (token) => signOut(token, await pageRequestContext()));

type NextAuthRequest = {
  action: string;
  method: string;
  cookies: { name: string; value: string }[];
  csrfToken?: string;
};

/**
 * Lets next-auth answer one of its own addresses: what a browser may read of its session, and signing out. It is handed
 * its two cookies and its token only, because most of what else a client can send makes it throw or answer 500.
 */
export async function answerNextAuth({ action, method, cookies, csrfToken }: NextAuthRequest, end: EndSession) {
  const accepted = cookies.filter(({ name }) => name === cookieName('session') || name.endsWith(CSRF_COOKIE));
  const request = {
    method,
    headers: {},
    query: { nextauth: [action] },
    cookies: Object.fromEntries(accepted.map(({ name, value }) => [name, value])),
    body: { csrfToken },
  };
  const failures: unknown[] = [];
  const csrfCookie = accepted.find(({ name }) => name.endsWith(CSRF_COOKIE))?.value;
  const { response, answer } = recorder();
  await NextAuth(request as never, response as never, optionsWith(failures, end, csrfCookie));
  if (failures.length) throw failures[0];
  return answer();
}

/** Records what next-auth answers to the kind of response it knows, and returns it as the kind that we know. */
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
