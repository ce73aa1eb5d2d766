import { globSync } from 'node:fs';
import type { APIRequestContext } from '@playwright/test';
import postgres from 'postgres';
import { SoftwareAuthenticator } from '../helpers/authenticator';
import { startPostgres } from '../setup/postgres-server';
import { startTap } from '../setup/tap';
import { Authenticator, expect, newPerson, signUp, test } from './fixtures';
import { startServer } from './own-server';

/** What a page asks, the session included; of one that is not here, at most four. */
const most: Record<string, number> = {
  '/account': 3,
  '/account/activity': 3,
  '/account/apps': 3,
  '/account/passkeys': 2,
  '/account/profile': 3,
  '/account/security': 2,
  '/account/sessions': 3,
};
const MOST = 4;

/** Every page of an account, by its file. */
const pages = globSync('app/(account)/account/**/page.tsx').map((file) =>
  file.replace(/^app\/\(account\)|\/page\.tsx$/g, ''),
);

test('what signing in, a session and the pages ask of Postgres, and how often they wait for it', async ({
  browser,
}) => {
  const { url, stop } = await startPostgres();
  const database = `statements_${process.pid}`;
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  await sql`create database ${sql(database)}`;
  const tap = await startTap(Object.assign(new URL(url), { pathname: database }).href);
  const server = await startServer({ settings: { DATABASE_URL: tap.url } });
  const context = await browser.newContext({ baseURL: server.origin, extraHTTPHeaders: { origin: server.origin } });
  try {
    /** The least of five times, because jobs ask something every two seconds. */
    const costOf = async (part: () => Promise<unknown>) => {
      const costs: [number, number][] = [];
      for (let time = 0; time < 5; time++) {
        const { statements, roundTrips } = tap.counts;
        await part();
        costs.push([tap.counts.statements - statements, tap.counts.roundTrips - roundTrips]);
      }
      return {
        statements: Math.min(...costs.map(([one]) => one)),
        roundTrips: Math.min(...costs.map(([, one]) => one)),
      };
    };
    const exactly = (number: number) => ({ statements: number, roundTrips: number });

    const page = await context.newPage();
    await Authenticator.attach(page);
    await signUp(page, newPerson());
    await page.goto('about:blank');
    const authenticator = await addPasskey(context.request, server.origin);

    const visitor = await browser.newContext({ baseURL: server.origin, extraHTTPHeaders: { origin: server.origin } });
    const ask = async (path: string) => expect((await context.request.get(path)).status(), path).toBe(200);
    const showSignIn = async () => expect((await visitor.request.get('/sign-in')).status()).toBe(200);
    const signIn = async () => {
      const { challengeId, options } = await call(visitor.request, 'authenticate/options', {});
      const credential = authenticator.signIn(options);
      await call(visitor.request, 'authenticate/verify', { challengeId, credential });
    };

    await showSignIn();
    expect(await costOf(showSignIn), 'the sign-in page').toEqual(exactly(1));
    await signIn();
    expect(await costOf(signIn), 'signing in, both calls').toEqual(exactly(3));
    expect(await costOf(() => ask('/api/auth/session')), 'reading a session, the attempt counted').toEqual(exactly(2));
    expect(pages).toContain('/account/sessions');
    for (const path of pages) {
      await ask(path);
      const { statements, roundTrips } = await costOf(() => ask(path));
      expect(statements, path).toBeGreaterThan(0);
      expect(statements, path).toBeLessThanOrEqual(most[path] ?? MOST);
      expect(roundTrips, path).toBeLessThanOrEqual(most[path] ?? MOST);
    }
    await visitor.close();
  } finally {
    await context.close();
    await server.end();
    await tap.stop();
    await sql`drop database ${sql(database)} with (force)`;
    await sql.end();
    await stop();
  }
});

async function call(request: APIRequestContext, path: string, data: object) {
  const answer = await request.post(`/api/passkeys/${path}`, { data });
  expect(answer.ok(), await answer.text()).toBe(true);
  return answer.json();
}

/** Adds a passkey of a device that is held here, to somebody who has just signed up. */
async function addPasskey(request: APIRequestContext, origin: string) {
  const authenticator = new SoftwareAuthenticator(origin);
  const { challengeId, options } = await call(request, 'register/options', {});
  const credential = authenticator.register(options);
  await call(request, 'register/verify', { challengeId, credential, name: 'Held here' });
  return authenticator;
}
