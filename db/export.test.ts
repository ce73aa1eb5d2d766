import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { db } from '@/db';
import { exportEmbedded } from '@/db/export';
import { migrate } from '@/db/migrate';
import { auditEvents, passkeys } from '@/db/schema';
import { config } from '@/lib/config';
import { cookieName } from '@/lib/cookies';
import { readiness } from '@/lib/jobs';
import { readSession } from '@/lib/sessions';
import { publishedKids } from '@/lib/signing-keys';
import { Browser } from '@/tests/helpers/browser';
import { snapshot } from '@/tests/helpers/database';
import { newDatabase } from '@/tests/helpers/empty-database';
import { seedPerson, signIn } from '@/tests/helpers/people';
import { withSettings } from '@/tests/setup/settings';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A new embedded database that somebody has used. */
function embedded() {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'latchkey-export-'));
  ends.push(() => rmSync(DATA_DIR, { recursive: true }));
  return { DATA_DIR, DATABASE_URL: '' };
}

test.runIf(config.databaseUrl)(
  'N7: what is exported from the embedded database restores into an empty Postgres, and everybody goes on there',
  { timeout: 120_000 },
  async () => {
    const there = await withSettings(embedded(), async () => {
      await migrate();
      const { browser, authenticator } = await seedPerson({ name: `Ünal \\ "O'Neil"; --` });
      await publishedKids();
      return { browser, authenticator, rows: await snapshot(), sql: await exportEmbedded() };
    });
    const { settings, end } = await newDatabase();
    ends.push(end);
    const empty = postgres(settings.DATABASE_URL, { max: 1, onnotice: () => undefined });
    await empty.unsafe(there.sql);
    await empty.end();
    await withSettings(settings, async () => {
      await migrate();
      expect(await readiness(), 'with keys that open').toBe('ready');
      expect(await snapshot()).toEqual(there.rows);
      expect(await readSession(there.browser.cookies.get(cookieName('session')))).toBeDefined();
      await signIn(new Browser(), there.authenticator);
      expect(await db.$count(passkeys)).toBe(1);
      await expect(db.delete(auditEvents)).rejects.toThrow();
    });
  },
);
