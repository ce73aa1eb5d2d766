import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells times in hundredths of a second, whatever its own clock is (proc_pid_stat(5), USER_HZ). */
const MILLISECONDS_PER_TICK = 10;

type Process = { pid: number; parent: number; ticks: number };

/** Milliseconds of processor time, user and system, that a process and everything started by it have used. */
export const processorTime = (pid: number) =>
  treeOf(pid).reduce((sum, { ticks }) => sum + ticks, 0) * MILLISECONDS_PER_TICK;

/** What the largest of a process and everything started by it holds in memory now, in MiB (proc_pid_status(5)). */
export const residentMemory = (pid: number) =>
  Math.max(...treeOf(pid).map((process) => residentIn(process.pid))) / 1024;

function residentIn(pid: number) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function treeOf(pid: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)));
  const under = (parent: number): Process[] =>
    all.filter((process) => process.parent === parent).flatMap((process) => [process, ...under(process.pid)]);
  return [...all.filter((process) => process.pid === pid), ...under(pid)];
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
