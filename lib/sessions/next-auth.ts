import { type AuthOptions, getServerSession, type Session as NextAuthSession } from 'next-auth';
import type { Adapter, AdapterUser } from 'next-auth/adapters';
import { db } from '@/db';
import { config } from '@/lib/config';
import { cookieName, cookieSettings } from '@/lib/cookies';
import { deriveKey, hashToken } from '@/lib/crypto';
import { log } from '@/lib/log';
import { MINUTES } from '@/lib/time';
import { deleteSession, findLiveSession, type Session, touchSession } from './queries';

/** next-auth's view of our table: it finds, touches and ends sessions, and makes none. */
function adapter(onTrouble: (error: unknown) => void = () => undefined): Adapter {
  return {
    async getSessionAndUser(token) {
      try {
        const found = await findLiveSession(db, hashToken(token));
        if (!found) return null;
        const expires = new Date(found.lastSeenAt.getTime() + config.sessionIdle * 1000);
        const user = { ...found, id: found.userId, emailVerified: null, found } as AdapterUser;
        return { session: { sessionToken: token, userId: found.userId, expires }, user };
      } catch (error) {
        onTrouble(error);
        throw error;
      }
    },
    async updateSession({ sessionToken }) {
      await touchSession(db, hashToken(sessionToken));
      return null;
    },
    async deleteSession(token) {
      await deleteSession(db, hashToken(token));
    },
  } as Adapter;
}

type OwnOptions = { adapter: Adapter; session: NonNullable<AuthOptions['callbacks']>['session'] };

const optionsWith = ({ adapter, session }: OwnOptions): AuthOptions => ({
  adapter,
  providers: [],
  secret: deriveKey('next-auth').toString('base64'),
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

/** What a browser may read of its own session at `/api/auth/session`. */
export const publicOptions = (): AuthOptions =>
  optionsWith({
    adapter: adapter(),
    session: ({ session, user }) => ({ ...session, user: { name: user.name, email: user.email } }),
  });

/** The session that a cookie's token opens. A database that is away throws: nobody is "signed out" by an outage. */
export async function readSession(token: string | undefined): Promise<Session | undefined> {
  if (!token || token.length > 100) return undefined;
  const trouble: unknown[] = [];
  const options = optionsWith({
    adapter: adapter((error) => trouble.push(error)),
    session: ({ session, user }) => ({ ...session, found: (user as AdapterUser & { found: Session }).found }),
  });
  const request = { headers: {}, cookies: { [cookieName('session')]: token } };
  const response = { getHeader: () => undefined, setHeader: () => undefined, setCookie: () => undefined };
  const session = await getServerSession(request as never, response as never, options);
  if (trouble.length) throw trouble[0];
  return (session as (NextAuthSession & { found: Session }) | null)?.found;
}
