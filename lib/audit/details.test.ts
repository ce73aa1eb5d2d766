import { expect, test } from 'vitest';
import { db } from '@/db';
import { auditEvents } from '@/db/schema';
import { readAuditEvents } from '@/lib/audit-log';
import { recordDenied } from '@/lib/rate-limits';
import { deniedTo } from '@/lib/sessions';
import { onlyRow } from '@/tests/helpers/database';
import { runOperation } from '@/tests/helpers/operations';
import { somebody } from '@/tests/helpers/people';
import { type AuditEvent, record } from '.';
import { auditTypes, detailSchemas } from './events';

const write = (event: AuditEvent) => record(db, event, somebody);
const target = { type: 'group', id: crypto.randomUUID() } as const;

test('details are written as their type has them, with what acted where that is no user', async () => {
  const details = { change: 'renamed', name: 'Staff' } as const;
  await write({ type: 'admin.group-changed', target, details, means: { apiKey: 'key' } });
  expect(await onlyRow(db.select().from(auditEvents))).toMatchObject({ details: { ...details, apiKey: 'key' } });
});

test('details that do not fit their type do not compile, and throw', async () => {
  const misfits: (() => Promise<void>)[] = [
    // @ts-expect-error a change that there is not
    () => write({ type: 'admin.group-changed', target, details: { change: 'burnt' } }),
    // @ts-expect-error more than there is to know
    () => write({ type: 'admin.role-changed', details: { role: 'member', note: 'by Ada' } }),
    // @ts-expect-error a type that has details, without them
    () => write({ type: 'admin.settings-changed' }),
    // @ts-expect-error a type that has none, with some
    () => write({ type: 'auth.logout', details: { name: 'Ada' } }),
  ];
  for (const misfit of misfits) await expect(misfit()).rejects.toThrow();
  expect(await db.$count(auditEvents)).toBe(0);
  expect(Object.keys(auditTypes)).toEqual(expect.arrayContaining(Object.keys(detailSchemas)));
});

test('what older versions have written is read as it is', async () => {
  const at = (minute: number) => new Date(Date.now() - minute * 60_000);
  const row = { outcome: 'success' as const, address: '', browser: '', requestId: '' };
  await db.insert(auditEvents).values([
    {
      ...row,
      at: at(3),
      type: 'admin.api-key-created',
      details: { name: 'ci', permissions: 'groups.read groups.write' },
    },
    { ...row, at: at(2), type: 'admin.role-changed', reason: 'administrator' },
    { ...row, at: at(1), type: 'gone.with-a-version', details: { anything: 'at all' } },
  ]);
  const read = await runOperation(readAuditEvents, {});
  expect(read.ok && read.value.events.map(({ sentence, reason, details }) => [sentence, reason, details])).toEqual([
    ['Something happened', null, { anything: 'at all' }],
    ['The role was changed', 'administrator', null],
    ['Made an API key', null, { name: 'ci', permissions: 'groups.read groups.write' }],
  ]);
});

test('an API key that was refused is named', async () => {
  const key = { id: crypto.randomUUID(), name: 'ci', permissions: [] };
  await recordDenied(deniedTo({ kind: 'key', key }, 'forbidden'), somebody);
  expect(await onlyRow(db.select().from(auditEvents))).toMatchObject({
    type: 'authz.denied',
    reason: 'forbidden',
    actorId: null,
    details: { apiKey: key.id },
  });
});
