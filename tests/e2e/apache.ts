import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { findApache } from '../../scripts/apache.mjs';

const wanted = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'include', 'mime', 'auth_openidc'];
const page = (text: string) => `<!doctype html><html lang="en"><title>Behind Apache</title><h1>${text}</h1>`;

/** Apache in front of a page that says who came, as an ordinary process with a folder of its own. */
export async function startApache(address: string) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-apache-'));
  // Apache gives its rights away before it reads a page.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'site'));
  writeFileSync(join(folder, 'site', 'index.html'), page('You are <!--#echo var="REMOTE_USER" -->'));
  writeFileSync(join(folder, 'site', 'signed-out'), page('Signed out'));
  writeFileSync(join(folder, 'apache.conf'), configuration(folder, address));

  const server = spawn(findApache()!.program, ['-DFOREGROUND', '-f', join(folder, 'apache.conf')], { stdio: 'ignore' });
  const stop = async () => {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await fetch(`${address}/signed-out`).catch(() => undefined))?.ok) return { stop };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const log = readFileSync(join(folder, 'error.log'), { encoding: 'utf8', flag: 'a+' });
  await stop();
  throw new Error(`Apache does not answer:\n${log}`);
}

/** A client as docs/connecting-an-app.md has it; it shares the registration of the example app. */
function configuration(folder: string, address: string) {
  const { ISSUER, CLIENT_ID, CLIENT_SECRET } = parseEnv(
    readFileSync(join(process.env.E2E_DIR ?? '', 'server', 'example.env'), 'utf8'),
  );
  return `
${wanted.map((name) => `LoadModule ${name}_module ${findApache()!.modules}/mod_${name}.so`).join('\n')}
ServerRoot ${folder}
ServerName ${address}
Listen 127.0.0.1:${new URL(address).port}
PidFile ${folder}/apache.pid
ErrorLog ${folder}/error.log
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
StartServers 1
TypesConfig /dev/null
AddType text/html .html
DocumentRoot ${folder}/site
DirectoryIndex index.html
AddOutputFilter INCLUDES .html

OIDCProviderMetadataURL ${ISSUER}/.well-known/openid-configuration
OIDCClientID ${CLIENT_ID}
OIDCClientSecret ${CLIENT_SECRET}
OIDCRedirectURI ${address}/callback
OIDCCryptoPassphrase ${CLIENT_SECRET}
OIDCScope "openid profile email groups"
OIDCPKCEMethod S256
OIDCRemoteUserClaim email

<Directory ${folder}/site>
  Options +Includes
  Require all granted
</Directory>
<Location "/">
  AuthType openid-connect
  Require valid-user
</Location>
<Location "/signed-out">
  ForceType text/html
  AuthType None
  Require all granted
</Location>
`;
}

export const ended = (server: ChildProcess) =>
  new Promise((resolve) => {
    if (server.exitCode !== null) return resolve(undefined);
    server.once('close', resolve);
    server.kill('SIGTERM');
  });
