import '@/tests/setup/async-storage';

import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { requestAccount } from '@/app/(sign-in)/sign-up/actions';
import * as health from '@/app/healthz/route';
import * as ready from '@/app/readyz/route';
import { db, isUnavailable } from '@/db';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readSession } from '@/lib/sessions';
import { seedPerson } from '@/tests/helpers/people';
import { freePort } from '@/tests/setup/free-port';
import { submit } from '@/tests/setup/request-scope';
import { call, calls, expectProblem } from '@/tests/setup/routes';
import { withSettings } from '@/tests/setup/settings';

const unreachable = async () => ({
  DATABASE_URL: `postgres://latchkey:pass-word@127.0.0.1:${await freePort()}/latchkey`,
});
const signInOptions = calls.find(({ name }) => name === 'POST /api/passkeys/authenticate/options')!;
const list = calls.find(({ name }) => name === 'GET /api/passkeys')!;

test('N8: with the database away every call is 503 in the form of every error, and nobody is signed out', async () => {
  const { browser } = await seedPerson();
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  await withSettings(await unreachable(), async () => {
    for (const route of calls) {
      const answer = await call(route, { headers: { cookie } });
      expect({ at: route.name, status: answer.status }).toEqual({ at: route.name, status: 503 });
      expectProblem(answer, 503, 'unavailable');
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });
  expect((await call(list, { headers: { cookie } })).status).toBe(200);
});

test('N8: in a long outage, too, an answer is there at once, and after it everything is', async () => {
  await withSettings({ ...(await unreachable()), DATABASE_POOL_SIZE: '1' }, async () => {
    for (let n = 0; n < 30; n++) expect((await call(signInOptions)).status).toBe(503);
  });
  expect((await call(signInOptions)).status).toBe(200);
});

test('G12: a session that cannot be read throws; it is not "no session"', async () => {
  const { browser } = await seedPerson();
  const token = browser.cookies.get(cookieName('session'));
  await withSettings(await unreachable(), async () => {
    await expect(readSession(token)).rejects.toSatisfy(isUnavailable);
  });
  expect(await readSession(token)).toBeDefined();
});

test('a form says that the database is away, and keeps what was typed', async () => {
  const typed = { email: 'ada@example.com', name: 'Ada' };
  await withSettings(await unreachable(), async () => {
    expect(await submit(requestAccount, typed)).toMatchObject({
      state: { status: 'failed', message: expect.stringContaining('database'), values: typed },
    });
  });
});

test('N1: the process is alive and not ready, and says no more than that', async () => {
  await withSettings(await unreachable(), async () => {
    const [alive, notReady] = [health.GET(), await ready.GET()];
    expect([alive.status, await alive.text()]).toEqual([200, 'ok\n']);
    expect([notReady.status, await notReady.text()]).toEqual([503, 'not ready\n']);
    expect(notReady.headers.get('cache-control')).toBe('no-store');
  });
  expect((await ready.GET()).status).toBe(200);
});

test('I18: a statement that fails is 500 in the form of every error, without a word of it', async () => {
  await db.execute(sql`alter table challenges rename to gone`);
  try {
    expectProblem(await call(signInOptions), 500, 'internal');
  } finally {
    await db.execute(sql`alter table gone rename to challenges`);
  }
  expect((await call(signInOptions)).status).toBe(200);
});

test.runIf(config.databaseUrl)(
  'N8: after the server has thrown everybody out, the next requests are served',
  async () => {
    expect((await call(signInOptions)).status).toBe(200);
    const other = postgres(config.databaseUrl!, { max: 1 });
    await other`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    await other.end();
    const refused = (await call(signInOptions)).status;
    expect([200, 503], 'one request may find out').toContain(refused);
    const next = await Promise.all(Array.from({ length: 20 }, () => call(signInOptions)));
    expect(next.map(({ status }) => status)).toEqual(Array(20).fill(200));
  },
);
