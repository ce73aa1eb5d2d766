import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../setup/free-port';
import { ended } from './apache';

const NGINX = '/usr/sbin/nginx';
const APACHE = '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';

/** What a test here needs on the machine and does not find. */
export function missingPrograms() {
  const needed = [NGINX, APACHE, join(modules, 'mod_proxy_http.so'), join(modules, 'mod_ssl.so'), '/usr/bin/openssl'];
  return needed.filter((path) => !existsSync(path));
}

/** The lines for a proxy as docs/self-hosting.md has them. */
export function documented(proxy: string) {
  const text = readFileSync('docs/self-hosting.md', 'utf8');
  const [, lines] = new RegExp(`\`\`\`\n# ${proxy}\\b[^\n]*\n([^]*?)\`\`\``).exec(text) ?? [];
  if (!lines) throw new Error(`docs/self-hosting.md has no lines for ${proxy}`);
  return lines;
}

/** Latchkey at an https address with a port, where a proxy will be; `.localhost` is this machine to every browser. */
export async function startLatchkey() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-proxied-'));
  chmodSync(folder, 0o755); // for proxies, which give their rights away
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  const [port, outside, app] = [await freePort(), await freePort(), `http://localhost:${await freePort()}`];
  const url = `https://id.localhost:${outside}`;
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production' as const,
    PORT: String(port),
    PUBLIC_URL: url,
    TRUSTED_PROXIES: 'loopback',
    APP_SECRET: 'a secret long enough for tests alone',
    DATA_DIR: join(folder, 'data'),
    RATE_LIMIT_SCALE: '1000',
    LOG_LEVEL: 'warn',
    DIRECT_ENTRIES: process.env.DIRECT_ENTRIES ?? '',
  };
  const tsx = ['node_modules/tsx/dist/cli.mjs', '--conditions=react-server', 'scripts/example-client.ts'];
  const local = { ...env, PUBLIC_URL: 'http://localhost:3000' };
  execFileSync(process.execPath, [...tsx, app], { env: local, stdio: 'inherit' });
  certify(folder);

  const server = spawn(process.execPath, ['scripts/server.mjs'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const chunks: Buffer[] = [];
  server.stderr.on('data', (text) => chunks.push(text));
  const stop = async () => {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  const latchkey = { folder, port, outside, url, app, stop, errors: () => Buffer.concat(chunks).toString() };
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok;
  if (await within(60_000, ready)) return latchkey;
  await stop();
  throw new Error(`Latchkey does not answer:\n${latchkey.errors()}`);
}

export type Latchkey = Awaited<ReturnType<typeof startLatchkey>>;

/** nginx in front of Latchkey, with these lines for its one server. */
export const startNginx = (latchkey: Latchkey, lines: string) =>
  started(latchkey, NGINX, ['-p', latchkey.folder, '-e', 'error.log', '-c', 'proxy.conf', '-g', 'daemon off;'])(`
pid nginx.pid;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}
  server {
    listen 127.0.0.1:${latchkey.outside} ssl;
    ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;
    ${toUs(latchkey, lines)}
  }
}`);

/** Apache in front of Latchkey, with these lines for its one site. */
export const startApacheProxy = (latchkey: Latchkey, lines: string) =>
  started(latchkey, APACHE, ['-DFOREGROUND', '-f', join(latchkey.folder, 'proxy.conf')])(`
${['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'ssl'].map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join('\n')}
ServerRoot ${latchkey.folder}
ServerName id.localhost
Listen 127.0.0.1:${latchkey.outside}
PidFile ${latchkey.folder}/apache.pid
ErrorLog ${latchkey.folder}/error.log
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
StartServers 1
SSLEngine on
SSLCertificateFile ${latchkey.folder}/certificate.pem
SSLCertificateKeyFile ${latchkey.folder}/key.pem
${toUs(latchkey, lines)}
`);

const toUs = ({ port }: Latchkey, lines: string) => lines.replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`);

const started =
  ({ folder, outside }: Latchkey, program: string, args: string[]) =>
  async (configuration: string) => {
    writeFileSync(join(folder, 'proxy.conf'), configuration);
    const server = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (await within(10_000, () => answers(outside))) return { stop: () => ended(server) };
    const log = readFileSync(join(folder, 'error.log'), { encoding: 'utf8', flag: 'a+' });
    await ended(server as ChildProcess);
    throw new Error(`${program} does not answer:\n${log}`);
  };

/** Its own resolver does not know that `.localhost` is here, as every browser does. */
const answers = (port: number) =>
  new Promise<boolean>((done) => {
    const probe = request({ host: '127.0.0.1', port, path: '/healthz', rejectUnauthorized: false }, (answer) => {
      answer.resume();
      done(answer.statusCode === 200);
    });
    probe.once('error', () => done(false)).end();
  });

async function within(time: number, done: () => Promise<boolean | undefined>) {
  for (const end = Date.now() + time; Date.now() < end; ) {
    if (await done()) return true;
    await new Promise((later) => setTimeout(later, 100));
  }
  return false;
}

/** Nobody vouches for it; the browser of these tests does not ask. */
function certify(folder: string) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const certificate = ['-x509', '-days', '2', '-subj', '/CN=id.localhost', '-out', 'certificate.pem'];
  execFileSync('/usr/bin/openssl', ['req', ...key, ...certificate], { cwd: folder, stdio: 'ignore' });
}
