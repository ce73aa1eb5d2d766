import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { factorFailures } from '@/db/schema';
import { requestAddressChange } from '@/lib/account';
import { verifySecret } from '@/lib/password-hash';
import { checkPassword } from '@/lib/passwords';
import { findByEmail } from '@/lib/passwords/queries';
import { requestRecovery } from '@/lib/recovery';
import { givePassword } from '@/tests/helpers/factors';
import { runAs, runOperation } from '@/tests/helpers/operations';
import { seedPerson, somebody } from '@/tests/helpers/people';
import { inRequest } from '@/tests/setup/request-scope';

const SAMPLES = 25;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Milliseconds of processor time, all threads together: what a clock on the other side of a network would add noise to. */
async function cost(work: () => Promise<unknown>) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Takes the samples in turns, so that whatever else the machine does falls on all alike. */
async function medians(works: (() => Promise<unknown>)[]) {
  const samples = works.map((): number[] => []);
  for (let round = 0; round < SAMPLES; round += 1) {
    for (const [index, work] of works.entries()) {
      await db.delete(factorFailures);
      samples[index]!.push(await cost(work));
    }
  }
  return samples.map(median);
}

async function statementsOf(work: () => Promise<unknown>) {
  const seen: string[] = [];
  const see = (statement: unknown) => void seen.push(String(statement).replace(/\$\d+|default/g, '$'));
  subscribe('latchkey.statement', see);
  await work();
  unsubscribe('latchkey.statement', see);
  return seen;
}

test('a wrong password costs the same for an address with one, without one and unknown; without the decoy it would not (L1, L2)', async () => {
  const [known, bare] = [await seedPerson(), await seedPerson()];
  await givePassword(known);
  const wrong = (email: string) => () => checkPassword(email, 'not the right password', somebody);
  // What the check would be if it hashed only where there is a password: the control that must stand out.
  const withoutDecoy = async () => {
    const user = await findByEmail(db, 'nobody@example.com');
    if (user?.hash) await verifySecret('not the right password', user.hash);
  };
  const [withPassword, withoutPassword, unknown, control] = await medians([
    wrong(known.email),
    wrong(bare.email),
    wrong('nobody@example.com'),
    withoutDecoy,
  ]);

  expect(withoutPassword! / withPassword!).toBeGreaterThan(0.7);
  expect(withoutPassword! / withPassword!).toBeLessThan(1.4);
  expect(unknown! / withPassword!).toBeGreaterThan(0.7);
  expect(unknown! / withPassword!).toBeLessThan(1.4);
  expect(control! / withPassword!).toBeLessThan(0.6);
});

test('a wrong password runs the same statements whoever is asked for', async () => {
  const known = await seedPerson();
  await givePassword(known);
  const statements = (email: string) => statementsOf(() => checkPassword(email, 'not the right password', somebody));
  expect(await statements('nobody@example.com')).toEqual(await statements(known.email));
});

test('asking for another address runs the same statements, whether somebody has it or nobody', async () => {
  const [asking, other] = [await seedPerson(), await seedPerson()];
  // In whatever order, because e-mails go out side by side.
  const statements = async (email: string) =>
    (await statementsOf(() => runAs(asking.session, requestAddressChange, { email }))).sort();
  expect(await statements(other.email)).toEqual(await statements('free@example.com'));
});

test('asking for a recovery link runs the same two statements before the answer, whatever the address', async () => {
  const known = await seedPerson();
  const before = (email: string) =>
    statementsOf(async () => {
      await inRequest({}, async () => {
        const seen = statementsOf(() => runOperation(requestRecovery, { email }));
        expect(await seen).toEqual([
          expect.stringMatching(/^with attempt as \(\s*insert into "rate_limits"/),
          expect.stringMatching(/^insert into "outbox"/),
        ]);
      });
    });
  expect((await before(known.email)).length).toBeGreaterThan((await before('nobody@example.com')).length);
});
