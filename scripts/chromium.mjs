// Finds the browser for the tests, or installs one. Node's own modules only.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { mayInstall } from './apache.mjs';
import { mustRun, nodeBinary, root, run, step, tool } from './prepare.mjs';

/** Chromium without a window to draw, which takes half the processor time. */
const SHELL = 'chromium-headless-shell';
const names = [SHELL, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Path of a Chromium that starts: `CHROMIUM_PATH`, the system's, or Playwright's own. */
export function findChromium() {
  return [process.env.CHROMIUM_PATH, ...names.flatMap(inPath), ...elsewhere, playwrights()].find(starts);
}

const inPath = (name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));

/** Some systems keep a script of that name that only says where to get the browser, so it is asked for its version. */
const starts = (path) => Boolean(path) && existsSync(path) && spawnSync(path, ['--version']).status === 0;

function playwrights() {
  try {
    return createRequire(join(root, 'package.json'))('playwright-core').chromium.executablePath();
  } catch {
    return undefined; // not installed yet
  }
}

/** Returns a Chromium that starts, after installing one where there is none. */
export async function ensureChromium() {
  const isSlow = !process.env.CHROMIUM_PATH && !inPath(SHELL).some(starts);
  if (isSlow && mayInstall()) await step(`Installing ${SHELL}`, () => installFromDebian(SHELL));
  if (!findChromium()) await step('Installing Chromium', install);
  const path = findChromium();
  if (path) return path;
  throw new Error('No Chromium was found and none could be installed. Install one and name it in CHROMIUM_PATH.');
}

async function install() {
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version') && (await installFromDebian('chromium'))) return;
  await mustRun(nodeBinary(), [tool('playwright'), 'install', 'chromium', '--no-shell']);
}

async function installFromDebian(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', name]]) {
    const { code } = await run('apt-get', args, { env });
    if (code !== 0) return false;
  }
  return true;
}
