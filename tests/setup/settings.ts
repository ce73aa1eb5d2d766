import { closeDb } from '@/db';
import { parseConfig } from '@/lib/config';

// What is made from the settings on first use and kept: see lib/lazy.ts.
const madeFromSettings = ['config', 'log', 'rate-limits', 'mail', 'outbox', 'steady-keys'];
const globals = globalThis as Record<symbol, unknown>;
const keyOf = (name: string) => Symbol.for(`latchkey.${name}`);

/** Runs as a process would that was started with these settings; with a `DATABASE_URL` among them, on that database. */
export async function withSettings<T>(settings: Record<string, string>, run: () => T | Promise<T>): Promise<T> {
  const moves = 'DATABASE_URL' in settings;
  const keys = [...madeFromSettings, ...(moves ? ['database'] : [])].map(keyOf);
  const before = keys.map((key) => globals[key]);
  for (const key of keys) delete globals[key];
  globals[keyOf('config')] = parseConfig({ ...process.env, ...settings });
  try {
    return await run();
  } finally {
    if (moves && globals[keyOf('database')]) await closeDb();
    keys.forEach((key, index) => {
      globals[key] = before[index];
    });
  }
}
