// What quickstart, test and bench share. Node's own modules only: this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';

export function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

/** Prints the name of a step before it runs, and its duration afterwards. */
export async function step(title, work) {
  process.stdout.write(`${title} … `);
  const start = performance.now();
  try {
    const result = await work();
    console.log(duration(performance.now() - start));
    return result;
  } catch (error) {
    console.log(`failed after ${duration(performance.now() - start)}`);
    throw error;
  }
}

/** Runs a tool to its end without input; `live` shows its output as it comes, otherwise it is only collected. */
export function run(command, args, { cwd = root, env = process.env, live = false, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on('data', (chunk) => {
        output.push(chunk);
        if (live) to.write(chunk);
      });
    }
    const done = endWithUs(child);
    child.on('error', (error) => resolve({ code: 127, output: String(error) }));
    child.on('close', (code) => {
      done();
      resolve({ code: code ?? 1, output: Buffer.concat(output).toString() });
    });
  });
}

/** Passes a signal on to the running tool, which Node.js would leave running. */
function endWithUs(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const stop = (signal) => {
    child.kill(signal);
    child.once('close', () => process.exit(130));
  };
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

/** Like `run`, for a tool that must succeed: otherwise it throws with all of the tool’s output. */
export async function mustRun(...call) {
  const { code, output } = await run(...call);
  if (code !== 0) throw new Error(`${basename(call[0])} ended with ${code}\n${output}`);
}

/** The Node.js among the packages, which is newer than many machines have; else this one. */
export function nodeBinary() {
  const bundled = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');
  return spawnSync(bundled, ['--version']).status === 0 ? bundled : process.execPath;
}

/** Path of a package's command, to be run by `nodeBinary()` whatever `node` comes first in PATH. */
export function tool(packageName, command = packageName) {
  const folder = join(modules, packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** `npm ci`, unless the packages of this folder's lock file are there. */
export async function ensureInstalled(folder = root) {
  if (packagesAreCurrent(folder)) return;
  const { command, args, env, shell } = npm();
  const install = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  await step('Installing packages', () => mustRun(command, [...args, ...install], { cwd: folder, env, shell }));
}

/** True when every package of the lock file is installed in its version, by npm's own record in node_modules. */
function packagesAreCurrent(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const { packages: installed } = JSON.parse(readFileSync(record, 'utf8'));
  const { packages: wanted } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return Object.entries(wanted).every(([path, { version, integrity, optional, peer, link }]) => {
    const installedVersion = installed[path];
    if (path === '' || link) return true;
    if (!installedVersion) return Boolean(optional || peer);
    return installedVersion.version === version && installedVersion.integrity === integrity;
  });
}

/** npm runs on a Node.js outside node_modules, because `npm ci` deletes that folder. */
function npm() {
  const { npm_execpath: cli, npm_node_execpath: node, PATH = '' } = process.env;
  const env = {
    ...process.env,
    PATH: PATH.split(delimiter)
      .filter((path) => !inside(modules, path))
      .join(delimiter),
  };
  const known = cli && basename(cli) === 'npm-cli.js' && node && !inside(modules, node) && existsSync(node);
  return known ? { command: node, args: [cli], env } : { command: 'npm', args: [], env, shell: windows };
}

const inside = (folder, path) => !relative(folder, path).startsWith('..');

/** `next build`, unless the last one was made of exactly these sources. */
export async function ensureBuilt() {
  const stamp = join(root, '.next', 'latchkey-sources');
  const sources = sourcesHash();
  const built = existsSync(join(root, '.next', 'BUILD_ID')) && existsSync(stamp);
  if (built && readFileSync(stamp, 'utf8') === sources) return;
  await step('Building', async () => {
    await mustRun(nodeBinary(), [tool('next'), 'build'], { env: production() });
    await mustRun(nodeBinary(), [join('scripts', 'embedded.mjs')]);
  });
  writeFileSync(stamp, sources);
}

/**
 * The caller's environment, for a production server that tells nobody about itself.
 * @returns {NodeJS.ProcessEnv}
 */
export const production = (more = {}) => ({
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  ...more,
});

function sourcesHash() {
  const hash = createHash('sha256').update(process.env.BUILD_STANDALONE ?? '');
  for (const file of sourceFiles())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}

function sourceFiles() {
  const folders = ['app', 'components', 'db', 'drizzle', 'extensions', 'lib', 'messages', 'public'].filter((name) =>
    existsSync(join(root, name)),
  );
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  const atRoot = ['middleware.ts', 'instrumentation.ts', 'next.config.mjs', 'postcss.config.mjs', 'tsconfig.json'];
  return [...inFolders, ...atRoot, 'package-lock.json'].filter((file) => existsSync(join(root, file))).sort();
}
