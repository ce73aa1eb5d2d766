// `npm run bench`: what a sign-in costs here, and what it costs with Better Auth. Node's own modules only.
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, mustRun, nodeBinary, production, root, run, step } from '../scripts/prepare.mjs';

const peer = join(root, 'bench', 'better-auth');

try {
  if (process.platform !== 'linux') throw new Error('npm run bench needs Linux: it reads processor time from /proc.');
  console.log(`Load average ${loadavg()[0]?.toFixed(2)}; processor time is only worth something on a quiet machine.`);
  await ensureInstalled();
  await ensureInstalled(peer);
  requireSameVersions('next', 'react', 'react-dom');
  await ensureBuilt();
  const build = [join('node_modules', 'next', 'dist', 'bin', 'next'), 'build'];
  await step('Building the peer', () => mustRun(nodeBinary(), build, { cwd: peer, env: production() }));
  const measure = ['--import', 'tsx', join('bench', 'measure.ts'), ...process.argv.slice(2)];
  process.exitCode = (await run(nodeBinary(), measure, { live: true })).code;
} catch (error) {
  console.error(`\n${error.message}`);
  process.exit(1);
}

/** The peer brings its own Next.js, because one that is taken from the folder above takes our instrumentation along. */
function requireSameVersions(...names) {
  const versionIn = (folder, name) =>
    JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  for (const name of names) {
    const [ours, theirs] = [versionIn(root, name), versionIn(peer, name)];
    if (ours !== theirs) throw new Error(`bench/better-auth has ${name} ${theirs}: give it ${ours}, as we have.`);
  }
}
