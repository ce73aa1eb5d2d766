// `npm run bench:start`, after a build: from `npm start` to the first good answer of /readyz, and what it holds in memory.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '@/scripts/prepare.mjs';
import { startPostgres } from '@/tests/setup/postgres-server';
import { program, settings, startLatchkey } from './latchkey';
import { processorTime, residentMemory } from './processor-time';
import { markdown } from './report';
import { measureRound, signEverybodyIn } from './round';
import { makeDatabase, spawnServer } from './server';
import { stopAll, stopLater, stopOnSignals } from './stop';

const quick = process.argv.includes('--quick');
const starts = quick ? 2 : 5;
const signIns = quick ? 1_000 : 15_000;

/** Starts that follow one another on the same database; the first of them is not counted, because it makes what others find. */
async function measureStarts(databaseUrl: string, dataDir: string, [command, ...args]: string[]) {
  const known = { DATA_DIR: dataDir, ...settings('') };
  const measured: number[][] = [];
  for (let n = 0; n <= starts; n++) {
    const given = (origin: string) => ({ ...known, PUBLIC_URL: origin });
    const started = await spawnServer({
      folder: root,
      databaseUrl,
      settings: given,
      readyPath: '/readyz',
      command: command!,
      program: args,
    });
    const { pid, readyAfter, stop } = started;
    const busy = processorTime(pid);
    await sleep(3_000);
    measured.push([readyAfter, busy, residentMemory(pid)]);
    await stop();
  }
  const spread = (index: number) => {
    const values = measured.slice(1).map((one) => one[index]!);
    const sorted = values.toSorted((a, b) => a - b).map((value) => value.toFixed(0));
    return `${sorted[Math.floor(starts / 2)]} (${sorted[0]} to ${sorted.at(-1)})`;
  };
  return [0, 1, 2].map(spread);
}

const folder = mkdtempSync(join(tmpdir(), 'latchkey-start-'));
try {
  console.log(`Node.js ${process.versions.node}, load average ${loadavg()[0]?.toFixed(2)}`);
  const postgres = await startPostgres();
  stopLater(postgres.stop);
  stopOnSignals();
  const ways = { 'npm start': ['npm', 'start', '--'], 'the process alone': [process.execPath, ...program] };
  const rows = [];
  for (const [way, command] of Object.entries(ways)) {
    const databaseUrl = await makeDatabase(postgres.url, `bench_start_${rows.length}`);
    rows.push([`${way}, Postgres`, ...(await measureStarts(databaseUrl, folder, command))]);
    rows.push([`${way}, embedded`, ...(await measureStarts('', folder, command))]);
  }
  const head = [`median of ${starts}`, 'ready, ms', 'processor time, ms', 'MiB at rest'];
  console.log(`\n${markdown([head, ...rows])}`);

  const latchkey = await startLatchkey(postgres.url);
  await signEverybodyIn(latchkey);
  await measureRound(latchkey, { flow: 'sign-in', atOnce: 8 }, signIns);
  console.log(`\nAfter ${signIns} sign-ins, 8 at a time: ${residentMemory(latchkey.server.pid).toFixed(0)} MiB`);
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
