import '@/tests/setup/async-storage';

import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { db } from '@/db';
import { users } from '@/db/schema';
import { snapshot } from '@/tests/helpers/database';
import { seedPerson } from '@/tests/helpers/people';
import { send } from '@/tests/helpers/recovery';
import { removePasskey, setRole, vouch } from './actions';

type Form = [
  string,
  typeof setRole,
  (account: { id: string; passkeyId: string; email: string }) => Record<string, string>,
];
const forms: Form[] = [
  ['leave no administrator', setRole, ({ id }) => ({ id, role: 'member' })],
  ['vouch for the own address', vouch, ({ id, email }) => ({ id, email })],
  ['remove the own passkey', removePasskey, ({ id, passkeyId }) => ({ id: passkeyId, userId: id })],
];

test.each(forms)('an administrator cannot %s, also where the id is written in capitals', async (_, action, fields) => {
  const { userId, email, passkey, browser } = await seedPerson();
  const columns = { role: 'administrator', emailVerifiedAt: null } as const;
  await db.update(users).set(columns).where(eq(users.id, userId));
  for (const id of [userId, userId.toUpperCase()]) {
    const before = await snapshot();
    const { state } = await send(action, fields({ id, email, passkeyId: passkey.id }), browser);
    expect(state).toMatchObject({ status: 'failed' });
    expect(await snapshot()).toEqual(before);
  }
});
