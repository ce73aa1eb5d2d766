// The end of a build on Vercel, where no process of ours starts: the production build brings the database up to date.
// A preview never does: where it shares the database of production, the version there would meet changes it does not know.
import { nodeBinary, run, tool } from './prepare.mjs';

if (process.env.VERCEL_ENV === 'production') {
  const migrate = ['--tsconfig', 'scripts/tsconfig.json', 'scripts/latchkey.ts', 'migrate'];
  const { code } = await run(nodeBinary(), [tool('tsx'), ...migrate], { live: true });
  process.exitCode = code;
} else {
  console.log('This is not the production build, so the database stays as it is.');
}
