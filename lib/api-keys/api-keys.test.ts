import { expect, test } from 'vitest';
import { db } from '@/db';
import { apiKeys } from '@/db/schema';
import { runOperation } from '@/tests/helpers/operations';
import { createApiKey, readApiKeys } from '.';

test('keys are read page by page, the newest first, each once, also those of one instant', async () => {
  const made: string[] = [];
  for (let n = 0; n < 5; n++) {
    const created = await runOperation(createApiKey, { name: `Key ${n}`, permissions: ['users.read'] });
    if (created.ok) made.push(created.value.id);
  }
  await db.update(apiKeys).set({ createdAt: new Date('2026-01-02T03:04:05.678Z') });
  const read: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await runOperation(readApiKeys, { limit: 2, cursor });
    if (!page.ok) throw new Error(page.error);
    expect(JSON.stringify(page.value.keys)).not.toContain('digest');
    read.push(...page.value.keys.map(({ id }) => id));
    cursor = page.value.next ?? undefined;
  } while (cursor);
  expect(read).toEqual(made.toSorted().toReversed());
});
