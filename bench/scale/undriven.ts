import { Session } from 'node:inspector/promises';

// Counts the calls of every function from now on.
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

/** The functions of files of queries that nothing has called since the beginning, each with its file. */
export async function undriven() {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const found = result.flatMap(({ url, functions }) => {
    const [, file] = /\/((?:lib|db)\/[^?]*(?:queries|purge|prepared)[^/?]*\.ts)/.exec(url) ?? [];
    if (!file) return [];
    return functions
      .filter(({ functionName, ranges }) => functionName && ranges[0]?.count === 0)
      .map(({ functionName }) => `${file} ${functionName}`);
  });
  return [...new Set(found)].sort();
}
