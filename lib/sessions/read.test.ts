import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { getServerSession } from 'next-auth';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { db } from '@/db';
import { sessions } from '@/db/schema';
import { cookieName } from '@/lib/cookies';
import { authOptions, readSession } from '@/lib/sessions';
import { Browser } from '@/tests/helpers/browser';
import { seedPerson } from '@/tests/helpers/people';
import { inRequest } from '@/tests/setup/request-scope';

afterEach(() => vi.useRealTimers());

function countStatements() {
  const statements: string[] = [];
  const listen = (statement: unknown) => void statements.push(String(statement));
  subscribe('latchkey.statement', listen);
  onTestFinished(() => void unsubscribe('latchkey.statement', listen));
  return statements;
}

test('reading a session is one statement, and a second once a minute, whether it is there or not', async () => {
  const { browser } = await seedPerson();
  const token = browser.cookies.get(cookieName('session'))!;
  const statements = countStatements();
  await readSession(token);
  expect(statements).toHaveLength(1);
  vi.setSystemTime(Date.now() + 61_000);
  await readSession(token);
  expect(statements).toHaveLength(3);
  await readSession('a'.repeat(43));
  await readSession(undefined);
  expect(statements).toHaveLength(4);
});

test('next-auth’s getServerSession finds the same session in an extension, and none where it has ended', async () => {
  const { browser, email } = await seedPerson();
  const find = (cookies: Browser['cookies']) => inRequest({ cookies }, () => getServerSession(authOptions()));
  expect((await find(browser.cookies)).outcome).toEqual({ user: { name: expect.stringMatching(/^Person/), email } });
  expect((await find(new Browser().cookies)).outcome).toBeNull();
  await db.delete(sessions);
  expect((await find(browser.cookies)).outcome).toBeNull();
});
