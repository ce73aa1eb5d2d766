// Started by bench/run.mjs, when everything is installed and built.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { startPostgres } from '@/tests/setup/postgres-server';
import { startBetterAuth } from './better-auth';
import { startLatchkey } from './latchkey';
import { table } from './report';
import { type Contender, expectToSignIn, type Figures, measureRound } from './round';
import { stopAll, stopLater, stopOnSignals } from './stop';

const warmUpRounds = 3;
const rounds = 5;
const signIns = 200;

/** The contenders take turns, so that what else the machine does meets both of them. */
async function measure(contenders: Contender[]) {
  const measured = new Map<string, Figures[]>(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await expectToSignIn(contender);
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const contender of contenders) {
      const figures = await measureRound(contender, signIns);
      if (round >= 0) measured.get(contender.name)?.push(figures);
    }
  }
  return measured;
}

try {
  console.log(`Node.js ${process.versions.node}, ${availableParallelism()} cores`);
  const postgres = await startPostgres();
  stopLater(postgres.stop);
  stopOnSignals();
  const others = process.argv.slice(2).map((folder) => startLatchkey(postgres.url, resolve(folder)));
  const contenders = [startLatchkey(postgres.url), ...others, startBetterAuth(postgres.url)];
  const measured = await measure(await Promise.all(contenders));
  console.log(`${rounds} rounds of ${signIns} sign-ins: their median, and from the lowest to the highest of them\n`);
  console.log(table(measured));
} finally {
  await stopAll();
}
