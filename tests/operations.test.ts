import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { sessions, users } from '@/db/schema';
import { type Access, isKeyPermission, type KeyPermission, keyPermissions, permissionOf } from '@/lib/access';
import { routes } from '@/lib/api';
import { commands, runHere } from '@/lib/commands';
import type { AnyOperation } from '@/lib/operation';
import { describeProblem, type Problem } from '@/lib/problems';
import { newKey, type Sent, send } from './helpers/api';
import { Browser } from './helpers/browser';
import { type Person, seedPerson } from './helpers/people';
import { submit } from './setup/request-scope';

type Exports = Record<string, unknown>;
type Form = ((previous: { status: 'idle' }, form: FormData) => Promise<unknown>) & { operation: AnyOperation };

type Entry = Parameters<Browser['send']>[0] & { operation: AnyOperation };

const exported = (modules: Record<string, Exports>) =>
  Object.values(modules).flatMap((exports) => Object.values(exports));
const isOperation = (value: unknown): value is AnyOperation =>
  typeof value === 'object' &&
  value !== null &&
  ['name', 'access', 'input', 'output', 'run'].every((key) => key in value);

const operations = [
  ...new Set(
    exported(import.meta.glob(['/lib/**/*.ts', '/extensions/**/*.ts', '!/**/*.test.ts'], { eager: true })).filter(
      isOperation,
    ),
  ),
];
const forms = exported(import.meta.glob('/app/**/actions.ts', { eager: true })).filter(
  (value): value is Form => typeof value === 'function' && 'operation' in value,
);

/** Entries of pages outside of `/api/v1`, each with the method that it takes. */
const entries = Object.values(import.meta.glob<Exports>('/app/api/**/route.ts', { eager: true }))
  .flatMap((module) => Object.entries(module))
  .filter((entry): entry is [string, Entry] => typeof entry[1] === 'function' && 'operation' in entry[1]);

/** Everybody who may stand at a door. */
const people = ['nobody', 'member', 'administrator, long ago', 'administrator'] as const;
const programs = ['key without the permission', 'key with it'] as const;
type Who = (typeof people)[number] | (typeof programs)[number] | 'command line';
const refusals: Problem[] = ['session_required', 'signed_in', 'not_administrator', 'step_up_required', 'forbidden'];

/** Who is refused, and why; whoever is not named is let in. Written out by hand, against the table of `lib/access.ts`. */
function refusedBy(access: Access): Partial<Record<Who, Problem>> {
  const keys = { 'key without the permission': 'forbidden', 'key with it': 'forbidden' } as const;
  const personal = { nobody: 'session_required', ...keys, 'command line': 'forbidden' } as const;
  if (access === 'anyone') return {};
  if (access === 'signed-out')
    return {
      ...keys,
      member: 'signed_in',
      'administrator, long ago': 'signed_in',
      administrator: 'signed_in',
      'command line': 'forbidden',
    };
  if (access === 'session') return personal;
  if (access === 'recent-session') return { ...personal, 'administrator, long ago': 'step_up_required' };
  if (!permissionOf(access)) throw new Error(`who may enter by ${access}?`);
  return {
    nobody: 'session_required',
    member: 'not_administrator',
    ...(!access.endsWith('.read') && { 'administrator, long ago': 'step_up_required' }),
    ...(isKeyPermission(access) ? { 'key without the permission': 'forbidden' } : keys),
  };
}

async function seeded(who: Who): Promise<Person | undefined> {
  if (who === 'nobody') return undefined;
  const person = await seedPerson();
  if (who !== 'member') await db.update(users).set({ role: 'administrator' }).where(eq(users.id, person.userId));
  if (who === 'administrator, long ago')
    await db.update(sessions).set({ authTime: new Date(Date.now() - 11 * 60_000) });
  return person;
}

async function keyOf(who: Who, access: Access) {
  const all = keyPermissions.filter((one) => (who === 'key with it' ? true : one !== access));
  const only = who === 'key with it' && isKeyPermission(access) ? [access as KeyPermission] : all;
  return (await newKey(only)).key;
}

/** The refusal that somebody gets at a door, sending nothing; of those that say who may enter. */
const doors = {
  form: async (form: Form, who: Who) => {
    const person = await seeded(who);
    const { state } = await submit(form, {}, { cookies: person?.browser.cookies });
    const said = (state as { message?: string } | undefined)?.message;
    return refusals.find((problem) => describeProblem(problem).message === said);
  },
  json: async (route: string, who: Who, access: Access) => {
    const isProgram = (programs as readonly string[]).includes(who);
    const sent: Sent = isProgram ? { key: await keyOf(who, access) } : { as: await seeded(who) };
    if (/^(POST|PUT|PATCH)/.test(route)) sent.body = {};
    const { json } = await send(route as keyof typeof routes, {}, sent);
    return refusals.find((problem) => problem === json.error?.code);
  },
  entry: async ([method, entry]: (typeof entries)[number], who: Who) => {
    const browser = (await seeded(who))?.browser ?? new Browser();
    const body = /^(POST|PATCH)$/.test(method) ? { name: 'Name' } : undefined;
    const { json } = await browser.send(entry, { method, params: { id: crypto.randomUUID() }, body });
    return refusals.find((problem) => problem === json?.error?.code);
  },
  command: async (operation: AnyOperation) => {
    const outcome = await runHere(operation, {});
    return refusals.find((problem) => !outcome.ok && problem === outcome.error.code);
  },
};

test('every operation is found, once by each name, and can be reached', () => {
  expect(operations.length).toBeGreaterThan(19);
  expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length);
  const mounted = new Set([
    ...forms.map((form) => form.operation),
    ...entries.map(([, entry]) => entry.operation),
    ...Object.values(routes),
    ...Object.values(commands),
  ]);
  expect(operations.filter((operation) => !mounted.has(operation)).map(({ name }) => name)).toEqual([]);
  expect([...mounted].filter((operation) => !operations.includes(operation)).map(({ name }) => name)).toEqual([]);
});

describe.each(operations)('$name', (operation) => {
  const { access } = operation;
  const expected = refusedBy(access);
  const form = forms.find((one) => one.operation === operation);
  const route = Object.entries(routes).find(([, one]) => one === operation)?.[0];
  const entry = entries.find(([, one]) => one.operation === operation);
  const isCommand = Object.values(commands).includes(operation);

  test.runIf(form).each(people)('as a form, sent by: %s', async (who) => {
    expect(await doors.form(form!, who)).toBe(expected[who]);
  });

  test.runIf(entry).each(people)('as an entry of a page, asked by: %s', async (who) => {
    expect(await doors.entry(entry!, who)).toBe(expected[who]);
  });

  test.runIf(route).each([...people, ...programs])('as JSON, sent by: %s', async (who) => {
    expect(await doors.json(route!, who, access)).toBe(expected[who]);
  });

  test.runIf(isCommand)('as a command', async () => {
    expect(await doors.command(operation)).toBe(expected['command line']);
  });
});
