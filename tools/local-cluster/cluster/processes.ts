import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that cannot be mistaken for a later one with the same id. `startTime` is in ticks since boot. */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

/** The variable that marks every process of a cluster; its value is the cluster's unique id. */
export const clusterMarker = 'UNDERSTUDY_CLUSTER';

export async function processIdentity(pid: number): Promise<ProcessIdentity> {
  const stat = await readStat(pid);
  if (stat === undefined) throw new Error(`process ${pid} is gone`);
  return { pid, startTime: stat.startTime };
}

/** True if that very process still runs; a zombie does not. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const stat = await readStat(identity.pid);
  return stat !== undefined && stat.state !== 'Z' && stat.startTime === identity.startTime;
}

/** The process's network namespace as the kernel names it (`net:[4026531840]`), or undefined if it is not to be read. */
export async function networkNamespaceOf(pid: number | 'self'): Promise<string | undefined> {
  return await readlink(`/proc/${pid}/ns/net`).catch(() => undefined);
}

/** Resident memory in bytes, 0 for a process that is gone. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

/**
 * Every process of a cluster: those that carry its mark, and those in the network namespace of one that does
 * (a pod's process may have an environment without the mark). A namespace's number alone proves nothing: the
 * kernel gives it out again. The caller is never among them, nor is anything in the caller's own namespace
 * that has no mark.
 */
export async function processesOfCluster(id: string): Promise<number[]> {
  const own = await networkNamespaceOf('self');
  const processes = await Promise.all(
    (await listPids()).map(async (pid) => ({
      pid,
      namespace: await networkNamespaceOf(pid),
      marked: await isMarked(pid, id),
    })),
  );
  const namespaces = new Set(processes.filter(({ marked }) => marked).map(({ namespace }) => namespace));
  namespaces.delete(own);
  namespaces.delete(undefined);
  return processes
    .filter(({ pid, namespace, marked }) => pid !== process.pid && (marked || namespaces.has(namespace)))
    .map(({ pid }) => pid);
}

/** Every process in the network namespace of the caller but the caller itself. Only for the keeper, whose namespace is the cluster's. */
export async function othersInMyNamespace(): Promise<number[]> {
  const own = await networkNamespaceOf('self');
  const pids = (await listPids()).filter((pid) => pid !== process.pid);
  const inside = await Promise.all(pids.map(async (pid) => (await networkNamespaceOf(pid)) === own));
  return pids.filter((_, index) => inside[index]);
}

/** Kills what `find` finds until it finds nothing. Returns what is left after `attempts` rounds. */
export async function killAll(find: () => Promise<number[]>, attempts = 100): Promise<number[]> {
  let left = await find();
  for (let attempt = 0; left.length > 0 && attempt < attempts; attempt++) {
    for (const pid of left) sendSignal(pid, 'SIGKILL');
    await sleep(20);
    left = await find();
  }
  return left;
}

/** Sends a signal; a process that is gone already is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function listPids(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

async function isMarked(pid: number, id: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(`${clusterMarker}=${id}`);
}

async function readStat(pid: number): Promise<{ state: string; startTime: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The program's name stands in parentheses and may hold anything, so count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? 'Z', startTime: fields[19] ?? '' };
}
