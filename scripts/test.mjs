// `npm test`: everything that must hold, from a fresh clone. Node's own modules only.
// `npm test -- --only=lint,unit` runs some of the steps.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { tryForApache } from './apache.mjs';
import { ensureChromium } from './chromium.mjs';
import { duration, ensureBuilt, ensureInstalled, nodeBinary, run, tool } from './prepare.mjs';
import { tryForSchemathesis } from './schemathesis.mjs';
import { tryForVercel } from './vercel-cli.mjs';

const only = process.argv
  .find((argument) => argument.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const folder = mkdtempSync(join(tmpdir(), 'latchkey-results-'));
const results = [];

try {
  if (await attempt('install', () => ensureInstalled())) await attemptAll();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report();

/** The quick steps all run, whatever fails, to show every problem at once; the browser tests need a build. */
async function attemptAll() {
  await attempt('lint', () => node('@biomejs/biome', 'biome', ['check', '.']));
  await attempt(
    'types',
    async () => (await node('next', 'next', ['typegen'])) && node('typescript', 'tsc', ['--noEmit']),
  );
  await attempt('knip', () => node('knip', 'knip', []));
  await attempt('unit', unit);
  if (await attempt('build', ensureBuilt, 'e2e')) await attempt('e2e', e2e);
  // Only by its name: it builds twice.
  if (only?.includes('vercel')) await attempt('vercel', vercel);
}

/** Runs one step unless it was left out; true means that what comes after it may run. */
async function attempt(name, work, as = name) {
  if (only && name !== 'install' && !only.includes(as)) return true;
  console.log(`\n── ${name}`);
  const start = performance.now();
  const result = { name, counts: {}, ok: false };
  try {
    result.ok = (await work(result)) !== false;
  } catch (error) {
    console.error(error.message);
  }
  results.push({ ...result, time: performance.now() - start });
  return result.ok;
}

async function node(packageName, command, args, env = {}) {
  const all = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env };
  const { code } = await run(nodeBinary(), [tool(packageName, command), ...args], { env: all, live: true });
  return code === 0;
}

function unit(result) {
  return vitest(result, [], { NODE_ENV: 'test' });
}

/** The build for Vercel, whose tools are no dependencies: without them the step is skipped. */
async function vercel(result) {
  const cli = await tryForVercel();
  if (cli) return vitest(result, ['--config', 'tests/vercel/vitest.config.ts'], { NODE_ENV: 'test', VERCEL_CLI: cli });
  result.counts = { passed: 0, failed: 0, skipped: 1 };
}

async function vitest(result, options, env) {
  const file = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const ok = await node('vitest', 'vitest', ['run', ...options, ...reporters], env);
  const { success, numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = read(file);
  result.failures = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => summaryOf(relative('.', name), fullName, ...failureMessages)),
  );
  result.counts = { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  return ok && success && numPassedTests > 0;
}

async function e2e(result) {
  const file = join(folder, 'playwright.json');
  await tryForApache();
  await tryForSchemathesis();
  const env = {
    CHROMIUM_PATH: await ensureChromium(),
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    E2E_DIR: folder,
  };
  const ok = await node('@playwright/test', 'playwright', ['test', '--reporter=list,json'], env);
  const { stats, suites } = read(file);
  const { expected, unexpected, flaky, skipped } = stats;
  result.failures = suites.flatMap((suite) => reasonsIn(suite, ({ ok }) => !ok));
  result.flaky = suites.flatMap((suite) =>
    reasonsIn(suite, ({ tests }) => tests.some(({ status }) => status === 'flaky')),
  );
  result.counts = { passed: expected + flaky, failed: unexpected, skipped, flaky };
  if (!ok) showServerLog();
  return ok && expected > 0;
}

/** These tests, each with the errors of its failed tries. */
function reasonsIn({ specs = [], suites = [] }, isWanted) {
  const failed = (result) => result.status !== 'passed' && result.status !== 'skipped';
  const why = ({ tests }) =>
    tests.flatMap(({ results }) => results.filter(failed).flatMap((result) => [...errorsOf(result), seenIn(result)]));
  return [
    ...specs.filter(isWanted).map((spec) => summaryOf(spec.file, spec.title, ...why(spec))),
    ...suites.flatMap((suite) => reasonsIn(suite, isWanted)),
  ];
}

function errorsOf({ errors }) {
  return errors.map(({ message = '', location }) => `line ${location?.line}: ${message}`);
}

/** The headings and messages of the page as the test left it, from what Playwright keeps of a failure. */
function seenIn({ attachments }) {
  const attachment = attachments.find(({ name }) => name === 'error-context')?.path;
  const seen =
    attachment && existsSync(attachment)
      ? (readFileSync(attachment, 'utf8').match(/- (heading|alert|status)\b.+/g) ?? [])
      : [];
  return ['the page:', ...seen].join('\n  ');
}

/** Each failure with the first lines of its error, short enough for logs that keep only their end. */
function summaryOf(file, title, ...messages) {
  const why = messages.flatMap((message) => stripVTControlCharacters(message).trim().split('\n').slice(0, 8));
  return [`${file}: ${title}`, ...why].join('\n        ');
}

function showServerLog() {
  const log = join(folder, 'server.log');
  if (existsSync(log)) console.log(`\nThe server's last words:\n${readFileSync(log, 'utf8').slice(-5_000)}`);
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** A table for people; then the totals alone on the last line, where a step that failed without a test counts as one. */
function report() {
  for (const failure of results.flatMap(({ failures = [] }) => failures)) console.log(`\nFAILED  ${failure}`);
  for (const test of results.flatMap(({ flaky = [] }) => flaky)) console.log(`\nFLAKY  ${test}`);
  console.log('');
  for (const { name, ok, time, counts } of results) {
    const tests = counts.passed === undefined ? '' : `${counts.passed} passed, ${counts.failed} failed`;
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(8)} ${duration(time).padStart(7)}  ${tests}`.trimEnd());
  }
  const sum = (word) => results.reduce((total, { counts }) => total + (counts[word] ?? 0), 0);
  const silent = results.filter(({ ok, counts }) => !ok && !counts.failed).length;
  const more = ['flaky', 'skipped'].filter(sum).map((word) => `, ${sum(word)} ${word}`);
  console.log(`\n${sum('passed')} passed, ${sum('failed') + silent} failed${more.join('')}`);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
}
