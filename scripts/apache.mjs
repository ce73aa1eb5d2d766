// Finds Apache with mod_auth_openidc for the one test that needs it, or tries to install it. Node's own modules only.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, step } from './prepare.mjs';

const program = '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';

/** Debian's Apache with mod_auth_openidc, or nothing where it is not installed. */
export function findApache() {
  const available = existsSync(program) && existsSync(join(modules, 'mod_auth_openidc.so'));
  return available ? { program, modules } : undefined;
}

/** Tries where it costs nobody anything; without it a test is skipped. */
export async function tryForApache() {
  if (findApache() || !mayInstall()) return;
  await step('Installing Apache', install).catch(({ message }) => console.log(message));
}

/** As root on a Debian without service manager, such as a container: elsewhere the package would start a server. */
export const mayInstall = () =>
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && !existsSync('/run/systemd/system');

async function install() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const packages = ['apache2', 'libapache2-mod-auth-openidc'];
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { code } = await run('apt-get', args, { env });
    if (code !== 0) throw new Error('Apache cannot be installed here; its test will be skipped.');
  }
}
