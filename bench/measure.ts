// Started by bench/run.mjs, when everything is installed and built: `--quick`, and folders with other versions of Latchkey.
import { availableParallelism, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { startPostgres } from '@/tests/setup/postgres-server';
import { startBetterAuth } from './better-auth';
import { startLatchkey } from './latchkey';
import { residentMemory } from './processor-time';
import { kindName, markdown, tables } from './report';
import { type Contender, type Figures, type Kind, measureRound, signEverybodyIn } from './round';
import { stopAll, stopLater, stopOnSignals } from './stop';

const quick = process.argv.includes('--quick');
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const { warmUp, rounds, times } = quick
  ? { warmUp: 600, rounds: 3, times: 120 }
  : { warmUp: 5_000, rounds: 5, times: 400 };

const kinds: Kind[] = [
  ...(['authorize + token', 'refresh', 'client credentials', 'session read'] as const).map((flow) => ({
    flow,
    atOnce: 8,
  })),
  ...[1, 8, 32].map((atOnce) => ({ flow: 'sign-in' as const, atOnce })),
  ...(['sign-in in a new browser', 'sign-in page'] as const).map((flow) => ({ flow, atOnce: 8 })),
];

/** The contenders take turns, so that what else the machine does meets all of them. */
async function measure(contenders: Contender[]) {
  const measured = new Map<string, Map<string, Figures[]>>();
  for (const kind of kinds) {
    const those = contenders.filter(({ flows }) => flows[kind.flow]);
    const figures = new Map(contenders.map(({ name }): [string, Figures[]] => [name, []]));
    for (let round = -1; round < rounds; round++) {
      for (const contender of those) {
        const one = await measureRound(contender, kind, times);
        if (round >= 0) figures.get(contender.name)!.push(one);
      }
    }
    measured.set(kindName(kind), figures);
  }
  return measured;
}

try {
  console.log(
    `Node.js ${process.versions.node}, ${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(2)}`,
  );
  const postgres = await startPostgres();
  stopLater(postgres.stop);
  stopOnSignals();
  const contenders = await Promise.all([
    startLatchkey(postgres.url),
    startLatchkey(postgres.url, { isBehindNext: true }),
    ...folders.map((folder) => startLatchkey(postgres.url, { folder: resolve(folder) })),
    startBetterAuth(postgres.url, 'Next.js'),
    startBetterAuth(postgres.url, 'Node.js'),
  ]);
  const memory = contenders.map((contender) => [contender.name, residentMemory(contender.server.pid).toFixed(0)]);
  for (const contender of contenders) {
    await signEverybodyIn(contender);
    await measureRound(contender, { flow: 'sign-in', atOnce: 8 }, warmUp);
    await signEverybodyIn(contender);
  }
  const measured = await measure(contenders);
  console.log(
    `\nThe median of ${rounds} rounds of ${times}, after ${warmUp} sign-ins; from the lowest to the highest\n`,
  );
  console.log(tables(measured));
  const lines = contenders.map((contender, index) => [
    ...memory[index]!,
    residentMemory(contender.server.pid).toFixed(0),
  ]);
  console.log(`\n${markdown([['MiB', 'when it was ready', 'after all of this'], ...lines])}`);
} finally {
  await stopAll();
}
