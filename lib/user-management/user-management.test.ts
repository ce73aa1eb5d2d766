import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents, idempotentAnswers, oneTimeTokens, passkeys, sessions, totpSecrets, users } from '@/db/schema';
import { config } from '@/lib/config';
import { newKey, send } from '@/tests/helpers/api';
import { snapshot } from '@/tests/helpers/database';
import { giveTotp } from '@/tests/helpers/factors';
import { meanwhile } from '@/tests/helpers/meanwhile';
import { runOperation } from '@/tests/helpers/operations';
import { newUser, type Person, seedPerson } from '@/tests/helpers/people';
import { emailsTo } from '@/tests/helpers/recovery';
import { withSettings } from '@/tests/setup/settings';
import { disableUser, enableUser, inviteUser, readUsers, setUserRole, showUser } from '.';

const promote = ({ userId }: Person) => db.update(users).set({ role: 'administrator' }).where(eq(users.id, userId));
/** All there is, but for when a key was used last. */
const everything = async () => ({ ...(await snapshot()), api_keys: [] });
const withoutMail = {
  PUBLIC_URL: 'https://id.example.com',
  APP_SECRET: '0123456789abcdefghijklmnopqrstuvwxyz',
  TRUSTED_PROXIES: 'none',
};

describe('an API key', () => {
  /** Everything that a key with every permission could ask for about somebody. */
  const changes = [
    ['POST /users/{id}/disable'],
    ['POST /users/{id}/enable'],
    ['DELETE /users/{id}/sessions'],
    ['DELETE /users/{id}/passkeys/{passkeyId}'],
    ['DELETE /users/{id}/two-step'],
  ] as const;

  test.each(changes)('reaches a member but no administrator by %s, and changes nothing of one', async (route) => {
    const [boss, member, { key }] = [await seedPerson(), await seedPerson(), await newKey()];
    await giveTotp(boss);
    await giveTotp(member);
    await promote(boss);
    const before = await everything();
    const params = ({ userId, passkey }: Person) => ({ id: userId, passkeyId: passkey.id });
    expect(await send(route, params(boss), { key })).toMatchObject({
      status: 403,
      json: { error: { code: 'administrator_out_of_reach' } },
    });
    expect(await everything()).toEqual(before);
    expect((await send(route, params(member), { key })).status).toBeLessThan(300);
  });

  // PGlite has one connection, on which nothing comes between.
  test.runIf(config.databaseUrl)('does not reach who becomes an administrator just then', async () => {
    const [person, { key }] = [await seedPerson(), await newKey(['users.write'])];
    const { json } = await meanwhile(
      () => send('POST /users/{id}/disable', { id: person.userId }, { key }),
      'for no key update',
      { before: (tx) => tx.update(users).set({ role: 'administrator' }).where(eq(users.id, person.userId)) },
    );
    expect(json).toMatchObject({ error: { code: 'administrator_out_of_reach' } });
    const [after] = await db.select().from(users).where(eq(users.id, person.userId));
    expect(after).toMatchObject({ role: 'administrator', disabledAt: null });
  });

  test.each([
    ['PUT /users/{id}/role', { role: 'administrator' }],
    ['POST /users/{id}/recovery', undefined],
    ['PUT /users/{id}/confirmed-address', { email: 'member@example.com' }],
  ] as const)('with every permission may not %s, of a member either', async (route, body) => {
    const [{ id }, { key }] = [await newUser('Member', 'member@example.com'), await newKey()];
    await db.update(users).set({ emailVerifiedAt: null }).where(eq(users.id, id));
    const before = await everything();
    expect(await send(route, { id }, { key, body })).toMatchObject({
      status: 403,
      json: { error: { code: 'forbidden' } },
    });
    expect(await everything()).toEqual(before);
    expect(emailsTo('member@example.com')).toEqual([]);
  });

  test('invites by mail alone: no link is answered, stored or made for it', async () => {
    const { key } = await newKey(['users.write']);
    const email = `invited-${crypto.randomUUID()}@example.com`;
    const headers = { 'idempotency-key': 'once' };
    for (const _ of [1, 2]) {
      const { status, json } = await send('POST /users/invitations', {}, { key, headers, body: { email } });
      expect({ status, json }).toEqual({ status: 200, json: {} });
    }
    expect(await db.select().from(oneTimeTokens)).toMatchObject([{ email, mailed: true, role: 'member' }]);
    expect(emailsTo(email)).toMatchObject([{ subject: 'You are invited to Latchkey' }]);
    const token = /\/invite\/([\w-]+)/.exec(emailsTo(email)[0]!.text)![1]!;
    expect(
      JSON.stringify([await db.select().from(idempotentAnswers), await db.select().from(auditEvents)]),
    ).not.toContain(token);
  });

  test('fills no mailbox with invitations, and an administrator may still invite', async () => {
    const [admin, { key }] = [await seedPerson(), await newKey(['users.write'])];
    await promote(admin);
    const body = { email: `invited-${crypto.randomUUID()}@example.com` };
    const invite = (sent: object) => send('POST /users/invitations', {}, { ...sent, body });
    const once = { key, headers: { 'idempotency-key': 'once' } };
    const answers = [await invite(once)];
    for (let n = 0; n < 5; n++) answers.push(await invite({ key }));
    expect(answers.map(({ status, json }) => json.error?.code ?? status)).toEqual([
      ...Array(5).fill(200),
      'too_many_emails',
    ]);
    expect(emailsTo(body.email)).toHaveLength(5);
    expect((await invite(once)).status, 'what was done is answered again').toBe(200);
    expect((await send('POST /users/invitations', {}, { key, body: { email: 'b@example.com' } })).status).toBe(200);
    expect((await invite({ as: admin })).status).toBe(200);
  });

  test('invites nobody where no mail goes out', async () => {
    const { key } = await newKey(['users.write']);
    const { status, json } = await withSettings(withoutMail, () =>
      send('POST /users/invitations', {}, { key, body: { email: 'guest@example.com' } }),
    );
    expect([status, json.error.code]).toEqual([409, 'mail_required']);
    expect(await db.$count(oneTimeTokens)).toBe(0);
  });

  test('is named in the event of what it did', async () => {
    const [{ userId, session }, { key, id }] = [await seedPerson(), await newKey(['users.write'])];
    await send('DELETE /users/{id}/sessions', { id: userId }, { key });
    const [event] = await db.select().from(auditEvents).where(eq(auditEvents.type, 'session.revoked'));
    expect(event).toMatchObject({ actorId: null, subjectId: userId, sessionId: session.id, details: { apiKey: id } });
  });
});

test('an administrator gets the link of an invitation once, also where the request is sent again', async () => {
  const admin = await seedPerson();
  await promote(admin);
  const sent = { as: admin, headers: { 'idempotency-key': 'once' }, body: { email: 'guest@example.com' } };
  const first = await send('POST /users/invitations', {}, sent);
  expect(first.json).toEqual({ link: expect.stringMatching(/\/invite\/[\w-]{43}$/) });
  expect((await send('POST /users/invitations', {}, sent)).json).toEqual({});
});

describe('the command line', () => {
  test('disables an administrator, but never the last who can sign in', async () => {
    const [one, two] = [await seedPerson(), await seedPerson()];
    await promote(one);
    await promote(two);
    expect(await runOperation(disableUser, { id: one.userId })).toEqual({ ok: true, value: {} });
    expect(await db.$count(sessions, eq(sessions.userId, one.userId))).toBe(0);
    const last = { ok: false, error: 'last_administrator' };
    expect(await runOperation(disableUser, { id: two.userId })).toEqual(last);
    expect(await runOperation(setUserRole, { id: two.userId, role: 'member' })).toEqual(last);
    expect(await runOperation(enableUser, { id: one.userId })).toEqual({ ok: true, value: {} });
    expect(await runOperation(disableUser, { id: two.userId })).toEqual({ ok: true, value: {} });
  });

  test('never disables both of two administrators at once', async () => {
    const both = [await seedPerson(), await seedPerson()];
    for (const each of both) await promote(each);
    const outcomes = await Promise.all(both.map(({ userId }) => runOperation(disableUser, { id: userId })));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  });

  test('invites, and is given the link', async () => {
    expect(await runOperation(inviteUser, { email: 'guest@example.com' })).toEqual({
      ok: true,
      value: { link: expect.stringContaining('/invite/') },
    });
  });
});

describe('who has an account', () => {
  test('is read page by page, each once, also those of one instant', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    const made: string[] = [];
    for (let n = 0; n < 7; n++) made.push((await newUser(`User ${n}`, `user${n}@example.com`)).id);
    await db.update(users).set({ createdAt: at });
    const read: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await runOperation(readUsers, { limit: 3, cursor });
      if (!page.ok) throw new Error(page.error);
      read.push(...page.value.users.map(({ id }) => id));
      cursor = page.value.next ?? undefined;
      // Whoever the cursor names may be gone by then.
      if (cursor) await db.delete(users).where(eq(users.id, read.at(-1)!));
    } while (cursor);
    expect(read).toEqual(made.toSorted());
  });

  test('is found by the address, however it is written, and shown with passkeys', async () => {
    const { email, userId, passkey } = await seedPerson();
    await giveTotp({ userId, email });
    const result = await runOperation(readUsers, { email: email.toUpperCase() });
    expect(result).toMatchObject({ ok: true, value: { users: [{ id: userId, passkeyCount: 1 }], next: null } });
    expect(await runOperation(showUser, { id: userId })).toMatchObject({
      ok: true,
      value: {
        email,
        role: 'member',
        twoStepSince: expect.any(String),
        passkeys: [{ id: passkey.id, name: 'Seeded' }],
      },
    });
  });

  test('is shown without anything that opens the account', async () => {
    const { key } = await newKey(['users.read']);
    const { userId, passkey } = await seedPerson();
    const { json } = await send('GET /users/{id}', { id: userId }, { key });
    const [row] = await db.select().from(passkeys).where(eq(passkeys.id, passkey.id));
    for (const secret of [row!.credentialId, Buffer.from(row!.publicKey).toString('base64')])
      expect(JSON.stringify(json)).not.toContain(secret);
    expect(Object.keys(json).sort()).toEqual([
      'createdAt',
      'disabledAt',
      'email',
      'emailVerifiedAt',
      'id',
      'name',
      'passkeyCount',
      'passkeys',
      'role',
      'twoStepSince',
    ]);
    expect(await db.$count(totpSecrets)).toBe(0);
  });

  test('a cursor that was not given is refused by its name', async () => {
    const { key } = await newKey(['users.read']);
    for (const query of ['cursor=x', 'limit=0', 'limit=101', 'limit=many']) {
      const answer = await send('GET /users', {}, { key, query });
      expect(answer).toMatchObject({ status: 400, json: { error: { field: query.split('=')[0] } } });
    }
    expect((await send('GET /users', {}, { key, query: 'limit=1' })).json).toMatchObject({ users: [], next: null });
  });
});
