import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the kernel counts in: USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor time of a process so far, in seconds, from the text of its /proc/PID/stat. */
export function cpuSecondsIn(stat: string): number {
  // The name of the program stands in brackets and may hold anything, also blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  if (!Number.isFinite(ticks)) throw new Error(`no processor time in ${JSON.stringify(stat)}`);
  return ticks / ticksPerSecond;
}

export const cpuSecondsOf = (pid: number): number => cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** Files, sockets and pipes that a process holds open. */
export const openHandlesOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** A process that takes less of a core than this is at rest. */
const calmShareOfCore = 0.05;
/** For so long it must have been so. */
const calmForMs = 5_000;
const everyMs = 250;

export interface CpuSample {
  atMs: number;
  cpuSeconds: number;
}

/** Since when a process has been at rest, as the samples of its processor time tell; undefined while it is not. */
export function calmSince(
  samples: readonly CpuSample[],
  lessThanShare = calmShareOfCore,
): number | undefined {
  const last = samples.at(-1);
  const first = samples.findLast(({ atMs }) => last !== undefined && last.atMs - atMs >= calmForMs);
  if (!first || !last) return undefined;
  const share = (last.cpuSeconds - first.cpuSeconds) / ((last.atMs - first.atMs) / 1000);
  return share < lessThanShare ? first.atMs : undefined;
}

/** Waits until a process has come to rest, and returns since when it is. Throws after `withinMs`. */
export async function untilCalm(
  pid: number,
  withinMs: number,
  lessThanShare = calmShareOfCore,
): Promise<number> {
  const samples: CpuSample[] = [];
  const endMs = Date.now() + withinMs;
  while (Date.now() < endMs) {
    samples.push({ atMs: Date.now(), cpuSeconds: cpuSecondsOf(pid) });
    const since = calmSince(samples, lessThanShare);
    if (since !== undefined) return since;
    await sleep(everyMs);
  }
  throw new Error(`process ${pid} took more than ${lessThanShare * 100} % of a core for ${withinMs} ms`);
}
