import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { keyPermissions } from '../../lib/access';
import { findSchemathesis } from '../../scripts/schemathesis.mjs';
import { latchkey } from '../setup/latchkey';
import { expect, test } from './fixtures';
import { startServer } from './own-server';

test.skip(!findSchemathesis(), 'Schemathesis is not installed (python3 -m venv, schemathesis)');

/** What an answer is held to; what it was asked is drawn from the description, by rules of its own and always the same. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
];

test('a tool that nobody here wrote finds the API as it is described (I14)', async () => {
  test.setTimeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-schemathesis-'));
  const DATA_DIR = join(folder, 'data');
  const words = ['api-keys', 'create', 'Schemathesis', '--permissions', ...keyPermissions, '--json'];
  const made = await latchkey(words, { DATA_DIR, APP_SECRET: '', DATABASE_URL: '' });
  const { key } = JSON.parse(made.stdout) as { key: string };
  const server = await startServer({ settings: { DATA_DIR } });
  try {
    const report = await run(server.origin, key);
    expect(report.code, report.output.slice(-6_000)).toBe(0);
  } finally {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Drives it against everything that a key may do. */
function run(origin: string, key: string) {
  const args = [
    '--config-file',
    resolve('tests/e2e/schemathesis.toml'),
    'run',
    `${origin}/api/v1/openapi.json`,
    '--header',
    `Authorization: Bearer ${key}`,
  ];
  args.push(
    '--checks',
    checks.join(','),
    '--phases',
    'examples,coverage,fuzzing',
    '--max-examples',
    '15',
    '--seed',
    '1',
  );
  args.push('--exclude-path-regex', '^/api-keys', '--request-timeout', '30', '--no-color');
  const child = spawn(findSchemathesis()!, args, { cwd: tmpdir() });
  let output = '';
  for (const from of [child.stdout, child.stderr]) from.on('data', (chunk) => (output += chunk));
  return new Promise<{ code: number | null; output: string }>((done) =>
    child.once('close', (code) => done({ code, output })),
  );
}
