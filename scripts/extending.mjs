// Builds the example of docs/extending.md in a copy of the repository, counts what was written by hand, and runs its checks:
// `node scripts/extending.mjs`. The last line says how much that was.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { nodeBinary, root, tool } from './prepare.mjs';

const MOST_LINES = 60;
const MOST_FILES_OF_OURS = 2;
const left = ['node_modules', '.git', '.next', '.data', 'test-results', 'playwright-report'];

const copy = mkdtempSync(join(tmpdir(), 'latchkey-extending-'));
try {
  process.exitCode = build();
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function build() {
  cpSync(root, copy, { recursive: true, filter: (source) => !left.includes(relative(root, source)) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const files = codeOf(readFileSync(join(root, 'docs/extending.md'), 'utf8'));
  const ours = files.filter(({ path }) => existsSync(join(copy, path)));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }
  run('drizzle-kit', 'generate', [join(copy, 'scripts/generate.mjs'), '--extension', 'devices', '--name', 'first']);
  run('biome', 'check', [tool('@biomejs/biome', 'biome'), 'check', ...files.map(({ path }) => path)]);
  run('tsc', 'types', [tool('typescript', 'tsc'), '--noEmit', '--incremental', 'false']);
  const tests = ['extensions', 'tests/operations.test.ts', 'tests/architecture.test.ts', 'tests/forms.test.ts'];
  const only = ['-t', 'device|every operation|this repository|every form'];
  run('vitest', 'tests', [tool('vitest'), 'run', '--project', 'pglite', ...tests, ...only]);

  const lines = files.reduce((sum, { text }) => sum + byHand(text), 0);
  console.log(`${lines} lines by hand, ${ours.length} files of ours`);
  return lines <= MOST_LINES && ours.length <= MOST_FILES_OF_OURS ? 0 : 1;
}

/** The files of a document: each block of code that begins with its path. */
function codeOf(markdown) {
  const blocks = markdown.matchAll(/^```tsx?\n\/\/ (\S+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, path, text]) => ({ path, text }));
}

/** The lines that somebody writes: none that are empty, and no imports, which editors write. */
function byHand(text) {
  const withoutImports = text.replace(/^import [^;]*;\n/gm, '');
  return withoutImports.split('\n').filter((line) => line.trim()).length;
}

function run(name, what, args) {
  const { NODE_OPTIONS: _, VITEST: _1, ...env } = process.env;
  const { status } = spawnSync(nodeBinary(), args, { cwd: copy, stdio: 'inherit', env });
  if (status !== 0) throw new Error(`${name} (${what}) ended with ${status}`);
}
