import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  auditWriters,
  cycles,
  engineOverrides,
  environmentReaders,
  layerViolations,
  longFiles,
  misspeltFailures,
  sessionEnders,
  typedIds,
  unguardedPages,
  unknownLayers,
  unsaidAccess,
} from './architecture-rules';
import { rules } from './layers';

describe('this repository', () => {
  const root = resolve('.');

  test('imports go one way, through doors, and packages stay with their owners', () => {
    expect(layerViolations(root, rules)).toEqual([]);
  });
  test('every folder of lib has its line in the table', () => {
    expect(unknownLayers(root, rules)).toEqual([]);
  });
  test('no file imports itself through others', () => {
    expect(cycles(root)).toEqual([]);
  });
  test('every page behind a sign-in asks for it itself', () => {
    expect(unguardedPages(root)).toEqual([]);
  });
  test('only lib/config/index.ts reads the environment', () => {
    expect(environmentReaders(root)).toEqual([]);
  });
  test('parts of the engine are replaced in one file', () => {
    expect(engineOverrides(root)).toEqual([]);
  });
  test('only lib/audit writes into the audit', () => {
    expect(auditWriters(root)).toEqual([]);
  });
  test('ids that were typed are read by lib/row-id.ts', () => {
    expect(typedIds(root)).toEqual([]);
  });
  test('only lib/sessions/queries.ts ends sessions', () => {
    expect(sessionEnders(root)).toEqual([]);
    expect(unsaidAccess(root)).toEqual([]);
  });
  test('failures and reasons of the audit are spelled as the codes of the API', () => {
    expect(misspeltFailures(root)).toEqual([]);
  });
  test('no file is too long', () => {
    expect(longFiles(root)).toEqual([]);
  });
});

describe('the rules fire', () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** A repository of these files in a temporary folder. */
  function plant(files: Record<string, string>) {
    const root = mkdtempSync(join(tmpdir(), 'latchkey-planted-'));
    folders.push(root);
    for (const [path, text] of Object.entries({ 'lib/config/index.ts': '', ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  }
  const page = 'app/(account)/account/page.tsx';

  test.each([
    ['a page to the database', page, `import { db } from '@/db';`],
    ['past the door of a folder', page, `import { find } from '@/lib/passkeys/queries';`],
    ['past the door of db', 'lib/users/queries.ts', `import { users } from '@/db/schema/users';`],
    ['past the door by a relative path', 'lib/users/index.ts', `import { record } from '../audit/queries';`],
    ['a component to lib', 'components/ui/a.tsx', `import { log } from '@/lib/log';`],
    ['over several lines', 'components/ui/a.tsx', `import {\n  log,\n} from '@/lib/log';`],
    ['upwards', 'lib/sessions/index.ts', `import { verify } from '@/lib/passkeys';`],
    ['upwards, when it runs', 'lib/sessions/index.ts', `const door = await import('@/lib/passkeys');`],
    ['upwards, handed on', 'lib/sessions/index.ts', `export * from '@/lib/passkeys';`],
    ['the platform to a product folder', 'lib/log.ts', `import { record } from '@/lib/audit';`],
    ['a package of passkeys', page, `import { verify } from '@simplewebauthn/server';`],
    ['a package of components/passkeys', 'components/ui/a.tsx', `import { start } from '@simplewebauthn/browser';`],
    ['a package below the name of its owner', 'lib/users/index.ts', `import { eq } from 'drizzle-orm/pg-core';`],
    ['without names', 'lib/users/index.ts', `import 'next-auth';`],
    ['a room to another', page, `import { confirm } from '@/app/(sign-in)/step-up/actions';`],
    ['a room to another by a relative path', 'app/(sign-in)/a.tsx', `import { Frame } from '../(account)/frame';`],
    ['a room to the administrators', page, `import { rename } from '@/app/(admin)/admin/groups/actions';`],
    ['what is shared to a room', 'app/actions.ts', `import { confirm } from './(sign-in)/step-up/actions';`],
  ])('%s', (_, file, line) => {
    const specifier = line.match(/'([^']+)'/)?.[1];
    expect(layerViolations(plant({ [file]: line }), rules)).toEqual([`${file} imports ${specifier}`]);
  });

  test.each([
    ['a type', 'components/ui/a.tsx', `import type { Session } from '@/lib/sessions';`],
    ['nothing but types', 'components/ui/a.tsx', `import { type Session, type User } from '@/lib/sessions';`],
    ['a door', page, `import { requireSession } from '@/lib/sessions';`],
    ['a package in its place', 'lib/users/queries.ts', `import { eq } from 'drizzle-orm';`],
    ['what rooms share', page, `import { signOut } from '@/app/actions';`],
    ['the same room', page, `import { Frame } from '../frame';`],
    ['the frame of the administrators', 'app/(admin)/layout.tsx', `import { Frame } from '../(account)/frame';`],
    ['a neighbour in the same folder', 'lib/users/index.ts', `import { find } from './queries';`],
    ['a test beside the file', 'components/ui/a.test.tsx', `import { db } from '@/db';`],
  ])('not for %s', (_, file, line) => {
    expect(layerViolations(plant({ [file]: line }), rules)).toEqual([]);
  });

  test('for a folder that the table does not name', () => {
    expect(unknownLayers(plant({ 'lib/nowhere/index.ts': '' }), rules)).toEqual(['lib/nowhere']);
  });
  test('for a circle', () => {
    const root = plant({
      'lib/users/a.ts': `import { b } from './b';`,
      'lib/users/b.ts': `import { a } from '@/lib/users/a';`,
    });
    expect(cycles(root)).toEqual(['lib/users/b.ts closes a circle with lib/users/a.ts']);
  });
  test('for a page that does not ask who comes', () => {
    const admin = 'app/(admin)/admin/page.tsx';
    const root = plant({ [page]: 'requireSession', [admin]: 'await requireSession()' });
    expect(unguardedPages(root)).toEqual([
      `${page} does not await requireSession()`,
      `${admin} does not await requireAdmin()`,
    ]);
  });
  test('for a second reader of the environment', () => {
    const root = plant({
      'lib/log.ts': 'process.env.LOG_LEVEL',
      'lib/time.ts': 'process.env.NODE_ENV',
      'lib/lazy.ts': 'process.env.A = b',
    });
    expect(environmentReaders(root)).toEqual(['lib/log.ts reads process.env']);
  });
  test('for what replaces a part of the engine elsewhere', () => {
    const root = plant({
      'lib/oidc/engine-overrides.ts': 'Client.prototype.backchannelLogout = async () => undefined;',
      'lib/oidc/provider.ts': 'made.ReplayDetection.unique = spendOnce;',
      'lib/oidc/a.ts': 'Client.prototype.compareClientSecret = compare;',
      'lib/oidc/b.ts': 'call.client ??= client; const isSame = Session.name === name;',
    });
    expect(engineOverrides(root).sort()).toEqual([
      'lib/oidc/a.ts replaces a part of the engine',
      'lib/oidc/provider.ts replaces a part of the engine',
    ]);
  });
  test('for a second writer of the audit', () => {
    const root = plant({
      'lib/audit/queries.ts': 'db.insert(auditEvents)',
      'lib/users/queries.ts': 'tx.insert(auditEvents).values(row)',
      'lib/groups/queries.ts': `insert into \${auditEvents} (type)`,
      'db/purge.ts': 'insert into audit_events (type)',
      'lib/account/queries.ts': 'db.update(auditEvents)',
    });
    expect(auditWriters(root).sort()).toEqual([
      'db/purge.ts writes into the audit',
      'lib/groups/queries.ts writes into the audit',
      'lib/users/queries.ts writes into the audit',
    ]);
  });
  test('for an id as it was typed', () => {
    const root = plant({ 'lib/row-id.ts': 'z.uuid()', 'lib/time.ts': 'z.uuid()' });
    expect(typedIds(root)).toEqual(['lib/time.ts takes ids as they were typed']);
  });
  test('for an operation whose access stands elsewhere', () => {
    const declare = (fields: string) => `export const readAll = operation({\n${fields}  name: 'a.b',\n});`;
    const root = plant({ 'lib/a.ts': declare("  access: 'users.read',\n"), 'lib/b.ts': declare('  ...common,\n') });
    expect(unsaidAccess(root)).toEqual(['readAll in lib/b.ts has its access from elsewhere']);
  });
  test('for a second place that ends sessions', () => {
    const root = plant({
      'lib/sessions/queries.ts': 'db.delete(sessions)',
      'lib/users/queries.ts': 'tx\n    .delete(sessions)',
      'lib/users/a.ts': 'sql`delete from $' + '{sessions} where`',
      'lib/users/b.ts': 'sql`delete from sessions`',
      'lib/users/c.ts': 'purgeWhere(db, sessions, or())',
      'lib/users/d.ts': '(table: typeof sessions | typeof pendingSignIns) => tx.delete(table)',
      'lib/users/e.test.ts': 'db.delete(sessions)',
      'lib/users/f.ts': 'select({ id: sessions.id }).from(sessions) as typeof sessions.$inferSelect',
    });
    expect(sessionEnders(root)).toEqual(
      ['a', 'b', 'c', 'd', 'queries'].map((name) => `lib/users/${name}.ts ends sessions`),
    );
  });
  test('for a failure that is spelled with dashes or spaces, and for no header', () => {
    const root = plant({
      'lib/a.ts': `return fail('too-short');`,
      'lib/b.ts': `await record(tx, { type: 'auth.logout', reason: kept ? 'wrong_password' : 'no-password' });`,
      'lib/c.ts': `if (!found) return refuse('challenge_spent', 'challenge-spent');`,
      'lib/d.ts': `const reason = isNew ? 'not-synced' : undefined;`,
      'lib/e.ts': `return refuse('too_many_requests', { 'retry-after': '1' });\nfail('too_short');`,
      'lib/f.ts': `return fail({ problem: 'wrong-code' });`,
      'lib/g.ts': `return { reason: 'address removed', final: true };`,
      'lib/h.ts': `return { reason: \`SMTP \${code}\` };`,
      'lib/i.ts': `const reason = isLate ? 'timeout' : isHere ? 'status 500' : name.replaceAll('-', '_');`,
      'lib/j.ts': `return { reason: \`smtp_\${code}\` };`,
      'lib/k.ts': `await record(tx, { type: 'auth.logout', reason: name.replaceAll('-', '_') });`,
    });
    expect(misspeltFailures(root)).toEqual([
      'lib/a.ts fails with too-short',
      'lib/b.ts fails with no-password',
      'lib/c.ts fails with challenge-spent',
      'lib/d.ts fails with not-synced',
      'lib/f.ts fails with wrong-code',
      'lib/g.ts fails with address removed',
      `lib/h.ts fails with SMTP \${code}`,
      'lib/i.ts fails with status 500',
    ]);
  });
  test('for what is too long', () => {
    const lines = (count: number) => 'x;\n'.repeat(count);
    const root = plant({
      'app/a/route.ts': lines(41),
      'app/b/route.ts': lines(40),
      'lib/a.ts': lines(251),
      'lib/b.ts': lines(250),
    });
    expect(longFiles(root)).toEqual([
      'app/a/route.ts has 41 lines, more than 40',
      'lib/a.ts has 251 lines, more than 250',
    ]);
  });
});
