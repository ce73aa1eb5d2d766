// Fetches Vercel's command line for the one test that builds with it, into a cache of this user rather than among the
// packages: it is larger than all of them that we need. Node's own modules only.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { mustRun, step } from './prepare.mjs';

const VERSION = '58.10.0';
const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');

/** The path of the command line, or nothing where it cannot be had, which is said. */
export async function tryForVercel(version = process.env.VERCEL_CLI_VERSION || VERSION) {
  const folder = join(caches, 'latchkey', `vercel-${version}`);
  const path = join(folder, 'node_modules', 'vercel', 'dist', 'vc.js');
  try {
    if (!existsSync(path))
      await step(`Fetching the command line of Vercel (${version})`, () => fetchInto(folder, version));
    return path;
  } catch {
    console.log('It cannot be had here, so the test of the build for Vercel is skipped.');
    return undefined;
  }
}

/** Beside its place first, because it may be stopped in the middle. */
async function fetchInto(folder, version) {
  const unfinished = `${folder}-${process.pid}`;
  try {
    mkdirSync(unfinished, { recursive: true });
    const options = ['--prefix', unfinished, '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0'];
    await mustRun('npm', ['install', ...options, `vercel@${version}`], {
      cwd: unfinished,
      shell: process.platform === 'win32',
    });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
