import { afterEach, expect, test, vi } from 'vitest';
import { db } from '@/db';
import { auditEvents, oneTimeTokens, users } from '@/db/schema';
import { readOutbox } from '@/lib/mail';
import {
  completeRegistration,
  findRegistrationLink,
  openRegistrationLink,
  purgeRegistrationLinks,
  requestSignUp,
} from '@/lib/registration-links';
import { DAYS, HOURS } from '@/lib/time';
import { age, eventsOf, snapshot } from '@/tests/helpers/database';
import { runOperation } from '@/tests/helpers/operations';
import { invite, newPerson, newUser, somebody } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';

afterEach(() => vi.useRealTimers());

const after = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const messages = () => [...readOutbox()!].reverse();
const links = () => messages().flatMap(({ text }) => /\/(?:sign-up|invite)\/(\S+)/.exec(text)?.[1] ?? []);

/** Asks for an account as the page does, in an outbox of its own. */
const asking = (email: string, name = 'Ada') => runOperation(requestSignUp, { email: email, name: name });
const alone = <T>(run: () => Promise<T>, settings = {}) => withSettings(settings, run);

const inviteTo = async (email: string) => invite(email, await newUser('Grace', `grace+${Math.random()}@example.com`));

test('L1, L4: a known and an unknown address get the same answer, one e-mail each, and one event each', async () => {
  await newUser('Ada', 'ada@example.com');
  await alone(async () => {
    const answers = [await asking('ada@example.com'), await asking('eve@example.com')];
    expect(answers[0]).toEqual(answers[1]);
    expect(messages().map(({ to, subject }) => [to, subject])).toEqual([
      ['ada@example.com', 'You already have an account'],
      ['eve@example.com', 'Confirm your address'],
    ]);
    expect(links()).toHaveLength(1);
  });
  const events = await db.select().from(auditEvents).orderBy(auditEvents.at);
  expect(events.map(({ type, reason }) => [type, reason])).toEqual([
    ['sign-up.requested', 'known_address'],
    ['sign-up.requested', null],
  ]);
  expect(await db.$count(users)).toBe(1);
});

test('J7: a mailbox gets five e-mails an hour, and the link of the newest works on', async () => {
  await alone(async () => {
    for (let n = 0; n < 7; n++) expect(await asking('eve@example.com')).toEqual({ ok: true, value: {} });
    expect(messages()).toHaveLength(5);
    expect(await findRegistrationLink(links().at(-1)!)).toBeDefined();
    await age(1 * HOURS + 1);
    await asking('eve@example.com');
    expect(messages()).toHaveLength(6);
  });
});

test('L1: asking twice for a known address changes nothing of its account', async () => {
  await newPerson();
  const before = await snapshot();
  await alone(() => asking('person1@example.com', 'Somebody else'));
  expect((await snapshot()).users).toEqual(before.users);
});

test.each(['invite', 'closed'])('SIGN_UP=%s: nobody gets an e-mail by asking', async (SIGN_UP) => {
  await alone(
    async () => {
      expect(await asking('eve@example.com')).toEqual({ ok: false, error: 'sign_up_closed' });
      expect(messages()).toEqual([]);
    },
    { SIGN_UP },
  );
  expect([await db.$count(oneTimeTokens), await eventsOf()]).toEqual([0, []]);
});

test.each([
  ['closed', undefined, undefined],
  ['invite', 'invite', undefined],
  ['open', 'invite', 'sign-up'],
])(
  'SIGN_UP=%s: of the links that are out already, only those of an open way work',
  async (SIGN_UP, invited, signedUp) => {
    const invitation = await alone(() => inviteTo('ada@example.com'));
    const signUp = await alone(async () => {
      await asking('grace@example.com');
      return links()[0];
    });
    await withSettings({ SIGN_UP }, async () => {
      expect((await findRegistrationLink(invitation))?.purpose).toBe(invited);
      expect((await findRegistrationLink(signUp))?.purpose).toBe(signedUp);
    });
  },
);

test.each([
  [
    'sign-up',
    1 * HOURS,
    async () => {
      await asking('ada@example.com');
      return links()[0];
    },
  ],
  ['invitation', 7 * DAYS, () => inviteTo('ada@example.com')],
])('F17: the link of a %s works for %i seconds and not one more', async (_, lifetime, issue) => {
  await alone(async () => {
    const token = await issue();
    after(lifetime - 2);
    expect(await findRegistrationLink(token)).toBeDefined();
    after(3);
    expect(await findRegistrationLink(token)).toBeUndefined();
    expect(await runOperation(openRegistrationLink, { token: token!, name: 'Ada' })).toEqual({
      ok: false,
      error: 'link_expired',
    });
  });
});

test.each([
  [
    'sign-up',
    async () => {
      await asking('ada@example.com');
      return links().at(-1);
    },
  ],
  ['invitation', () => inviteTo('ada@example.com')],
])('F12: a new %s link ends the one before', async (_, issue) => {
  await alone(async () => {
    const [first, second] = [await issue(), await issue()];
    expect([await findRegistrationLink(first), (await findRegistrationLink(second))?.email]).toEqual([
      undefined,
      'ada@example.com',
    ]);
  });
});

test('F12: asked for at the same time, too, one link to an address is alive', async () => {
  await alone(async () => {
    await Promise.all(Array.from({ length: 8 }, () => asking('ada@example.com')));
    const inviter = await newUser('Grace', 'grace@example.com');
    await Promise.all(Array.from({ length: 8 }, () => invite('eve@example.com', inviter)));
  });
  const alive = (await db.select().from(oneTimeTokens)).map(({ email, mailed }) => `${email} ${mailed}`).sort();
  // An invitation is a link to hand over and one in an e-mail.
  expect(alive).toEqual(['ada@example.com true', 'eve@example.com false', 'eve@example.com true']);
});

test('K3: the table holds the hash of a link, and neither log nor audit hold the link', async () => {
  await alone(async () => {
    await asking('ada@example.com');
    expect(JSON.stringify([await snapshot(), await eventsOf()])).not.toContain(links()[0]);
  });
});

test('F12: looking at a link changes nothing, however often', async () => {
  const token = await inviteTo('ada@example.com');
  const before = await snapshot();
  for (let n = 0; n < 5; n++) expect(await findRegistrationLink(token)).toMatchObject({ email: 'ada@example.com' });
  expect(await snapshot()).toEqual(before);
});

test('F17: the address of a sign-up or an invitation cannot be altered on the way', async () => {
  await alone(async () => {
    await asking('ada@example.com');
    for (const token of [links()[0]!, (await inviteTo('ida@example.com'))!]) {
      const { email } = (await findRegistrationLink(token))!;
      expect(
        (await runOperation(openRegistrationLink, { token: token, name: 'Eve', email: 'eve@evil.example' })).ok,
      ).toBe(true);
      expect(await findRegistrationLink(token)).toMatchObject({ email, name: 'Eve' });
    }
  });
});

test('somebody with an account is not invited', async () => {
  await newUser('Ada', 'ada@example.com');
  await alone(async () => {
    await expect(inviteTo('ada@example.com')).rejects.toThrow('address_taken');
    expect(messages()).toEqual([]);
  });
});

test.each([undefined, '', 'x', 'x'.repeat(101), '\0', "' or 1=1 --", '\ud800'])(
  'the token %j opens nothing',
  async (token) => {
    await inviteTo('ada@example.com');
    expect(await findRegistrationLink(token)).toBeUndefined();
    const input = openRegistrationLink.input.safeParse({ token: token ?? '', name: 'Ada' });
    expect(input.success && (await runOperation(openRegistrationLink, input.data)).ok).toBe(false);
  },
);

test('N11: links are purged a day after they expired', async () => {
  await inviteTo('ada@example.com');
  await age(7 * DAYS + 23 * HOURS);
  await purgeRegistrationLinks(db);
  expect(await db.$count(oneTimeTokens)).toBe(2);
  await age(2 * HOURS);
  await purgeRegistrationLinks(db);
  expect(await db.$count(oneTimeTokens)).toBe(0);
});

test('whoever has made the account by one link ends every other that is open to the address', async () => {
  await alone(async () => {
    const handedOver = (await inviteTo('ada@example.com'))!;
    await asking('ada@example.com');
    const open = [handedOver, ...links()];
    expect(open).toHaveLength(3);
    await runOperation(openRegistrationLink, { token: handedOver, name: 'Ada' });
    const link = (await findRegistrationLink(handedOver))!;
    expect((await db.transaction((tx) => completeRegistration(tx, link, somebody))).ok).toBe(true);
    for (const token of open) expect(await findRegistrationLink(token)).toBeUndefined();
  });
});
