import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells times in hundredths of a second, whatever its own clock is (proc_pid_stat(5), USER_HZ). */
const MILLISECONDS_PER_TICK = 10;

type Process = { pid: number; parent: number; ticks: number };

/** Milliseconds of processor time, user and system, that a process and everything started by it have used. */
export function processorTime(pid: number) {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)));
  const ticksOf = (pid: number): number =>
    processes
      .filter((process) => process.pid === pid || process.parent === pid)
      .reduce((sum, process) => sum + (process.pid === pid ? process.ticks : ticksOf(process.pid)), 0);
  return ticksOf(pid) * MILLISECONDS_PER_TICK;
}

/** One process, with the time of its ended children; nothing when it has just ended itself. */
function readProcess(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it stands in brackets and may hold anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
    return [{ pid, parent: fields[1] ?? 0, ticks: user + system + childrenUser + childrenSystem }];
  } catch {
    return [];
  }
}
