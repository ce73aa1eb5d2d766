// Finds Schemathesis, which is written in Python, for the one test that needs it, or tries to install it. Node's own modules only.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, step } from './prepare.mjs';

const VERSION = '4.32.5';
const folder = join(root, 'node_modules', '.cache', `schemathesis-${VERSION}`);
const program = join(folder, 'bin', 'schemathesis');

/** The program, or nothing where it is not installed. */
export const findSchemathesis = () => (existsSync(program) ? program : undefined);

/** Tries, in a folder of its own; without Python or its packages a test is skipped. */
export async function tryForSchemathesis() {
  if (findSchemathesis()) return;
  await step('Installing Schemathesis', install).catch(({ message }) => console.log(message));
}

async function install() {
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`];
  for (const [command, args] of [
    ['python3', ['-m', 'venv', folder]],
    [join(folder, 'bin', 'python3'), pip],
  ]) {
    const { code } = await run(command, args, {}).catch(() => ({ code: 1 }));
    if (code !== 0) throw new Error('Schemathesis cannot be installed here; its test will be skipped.');
  }
}
