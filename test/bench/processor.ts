/** Processor time, from the kernel; only Linux says it this way. */
import { readdir, readFile } from 'node:fs/promises';

/** In ticks of ten milliseconds. */
const TICK_MS = 10;

/** Milliseconds of all threads of a process since its start. */
export async function processorMs(pid: number): Promise<number> {
  const { user, system } = await statOf(pid);
  return (user + system) * TICK_MS;
}

/** The same of a process and all it has started, those that have ended among them. */
export async function familyMs(pid: number): Promise<number> {
  const all = await Promise.all(
    (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map((name) => statOf(Number(name)).catch(() => null)),
  );
  const family = all.filter((stat) => stat?.pid === pid || stat?.parent === pid);
  const ticks = family.map((stat) =>
    stat === null ? 0 : stat.user + stat.system + (stat.pid === pid ? stat.ended : 0),
  );
  return ticks.reduce((sum, one) => sum + one, 0) * TICK_MS;
}

/** The name of the program stands in parentheses before the numbers (proc_pid_stat(5)). */
async function statOf(
  pid: number,
): Promise<{ pid: number; parent: number; user: number; system: number; ended: number }> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = status
    .slice(status.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (index: number) => fields[index] ?? Number.NaN;
  return { pid, parent: at(1), user: at(11), system: at(12), ended: at(13) + at(14) };
}
