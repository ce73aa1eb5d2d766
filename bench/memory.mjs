// `npm run bench:memory`: what building takes of memory, and starting with the embedded database. Node's own modules only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, nodeBinary, production, root } from '../scripts/prepare.mjs';

const EVERY = 50;
const folder = mkdtempSync(join(tmpdir(), 'latchkey-memory-'));

try {
  if (process.platform !== 'linux') throw new Error('npm run bench:memory needs Linux: it reads memory from /proc.');
  await ensureInstalled();
  rmSync(join(root, '.next', 'latchkey-sources'), { force: true }); // what is built is built again
  const rows = [];
  for (const data of ['one', 'one'])
    rows.push(...(await measure('npm run quickstart', 'scripts/quickstart.mjs', data)));
  for (const data of ['two', 'two']) rows.push(...(await measure('npm start', 'scripts/server.mjs', data)));
  print(rows);
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs one of our programs until it is ready, and answers for each phase what its processes took at their peak. */
async function measure(what, program, data) {
  const port = await freePort();
  const child = spawn(nodeBinary(), [program], {
    cwd: root,
    env: production({ PUBLIC_URL: `http://localhost:${port}`, DATA_DIR: join(folder, data), DATABASE_URL: '' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (text) => {
    process.stdout.write(text);
    output += text;
  });
  const peaks = new Map();
  const looking = setInterval(() => {
    const phase = /Building … [^\n]*$/.test(output) ? 'build' : 'start';
    const { largest, together } = peaks.get(phase) ?? { largest: 0, together: 0 };
    const processes = processesOf(child.pid);
    const now = processes.reduce((sum, one) => sum + one.now, 0);
    peaks.set(phase, {
      largest: Math.max(largest, ...processes.map(({ peak }) => peak)),
      together: Math.max(together, now),
    });
  }, EVERY);
  await ready(`http://127.0.0.1:${port}`, child);
  clearInterval(looking);
  child.kill('SIGTERM');
  await once(child, 'exit');
  return [...peaks].map(([phase, peak]) => ({ what: `${what}: ${phase}`, ...peak }));
}

/** A page is asked for too, so that what pages need is loaded. */
async function ready(origin, child) {
  while (child.exitCode === null) {
    const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
    if (answer?.ok) return (await fetch(`${origin}/sign-in`)).text();
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error('It ended before it was ready.');
}

/** A process and everything started by it, with their resident memory in kilobytes (proc_pid_status(5)). */
function processesOf(pid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readProcess);
  const under = (parent) => all.filter((one) => one.parent === parent).flatMap((one) => [one, ...under(one.pid)]);
  return [...all.filter((one) => one.pid === pid), ...under(pid)];
}

function readProcess(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1] ?? 0);
    return [{ pid: Number(pid), parent: field('PPid'), now: field('VmRSS'), peak: field('VmHWM') }];
  } catch {
    return []; // it has just ended
  }
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

function print(rows) {
  const megabytes = (kilobytes) => String(Math.round(kilobytes / 1024)).padStart(14);
  const width = Math.max(...rows.map(({ what }) => what.length));
  console.log(`\n${'MB'.padEnd(width)} largest process    all together`);
  for (const { what, largest, together } of rows)
    console.log(`${what.padEnd(width)}  ${megabytes(largest)}  ${megabytes(together)}`);
}
