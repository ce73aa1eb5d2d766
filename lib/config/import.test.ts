import { expect, test, vi } from 'vitest';

const modules = import.meta.glob(['/app/**/{route,actions}.ts', '/lib/*/index.ts', '/lib/*.ts', '!/**/*.test.ts']);
const globals = globalThis as Record<symbol, unknown>;
const key = (name: string) => Symbol.for(`latchkey.${name}`);

test('N3: a build needs no setting: importing a module reads none and opens no database', async () => {
  const before = ['config', 'database'].map((name): [string, unknown] => [name, globals[key(name)]]);
  for (const [name] of before) delete globals[key(name)];
  vi.resetModules();
  vi.stubEnv('PUBLIC_URL', 'nothing that could be read');
  try {
    expect(Object.keys(modules).length).toBeGreaterThan(20);
    for (const [path, load] of Object.entries(modules)) await expect(load(), path).resolves.toBeDefined();
    expect(globals[key('database')]).toBeUndefined();
  } finally {
    vi.unstubAllEnvs();
    for (const [name, value] of before) globals[key(name)] = value;
  }
});
