import { readFileSync } from 'node:fs';

/** In milliseconds: Linux counts processor time in hundredths of a second. */
export const TICK = 10;

/** User and system time of a process, in ticks. */
export function processorTime(pid: number) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
