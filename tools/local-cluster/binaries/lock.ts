import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, processIdentity, type ProcessIdentity } from '../cluster/processes.ts';

const pollMs = 500;
const longestWaitMs = 45 * 60_000;

/**
 * Runs `work` while no other process runs under the same lock file. It only saves work (two builds of the
 * same thing at once); the result is safe without it. A lock whose owner is dead is taken over.
 */
export async function withLock<T>(
  path: string,
  onWait: (owner: ProcessIdentity) => void,
  work: () => Promise<T>,
): Promise<T> {
  const mine = await processIdentity(process.pid);
  const candidate = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  const deadline = Date.now() + longestWaitMs;
  let told = false;
  await writeFile(candidate, JSON.stringify(mine));
  try {
    while (!(await tryLink(candidate, path))) {
      const owner = await readOwner(path);
      if (owner === undefined || !(await isRunning(owner))) {
        await rm(path, { force: true });
        continue;
      }
      if (Date.now() > deadline) throw new Error(`${path} is held by process ${owner.pid} for too long`);
      if (!told) onWait(owner);
      told = true;
      await sleep(pollMs);
    }
  } finally {
    await rm(candidate, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** A hard link appears with its whole content at once, which an exclusive create and a write do not. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
