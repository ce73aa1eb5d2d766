const stops: (() => Promise<unknown>)[] = [];
let stopping: Promise<void> | undefined;

/** Remembers how to stop what was just started. */
export const stopLater = (stop: () => Promise<unknown>) => void stops.push(stop);

/** Stops everything, the last first; whoever asks again waits for the same end. */
export function stopAll() {
  stopping ??= stopEverything();
  return stopping;
}

async function stopEverything() {
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stopAll().finally(() => process.exit(130)));
}
