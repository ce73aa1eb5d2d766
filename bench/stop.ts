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
  for (let stop = stops.pop(); stop; stop = stops.pop()) await stop().catch((error) => console.error(error));
}

/** To be called when Postgres runs, whose package listens to signals and exits as soon as it has stopped Postgres alone. */
export function stopOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal).on(signal, () => void stopAll().then(() => process.exit(130)));
  }
}
