import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  clusterMarker,
  isRunning,
  killAll,
  networkNamespaceOf,
  processesOfCluster,
  processIdentity,
  residentBytes,
  sendSignal,
} from './processes.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function sleeper(environment: NodeJS.ProcessEnv = {}): Promise<ChildProcess & { pid: number }> {
  const child = spawn('sleep', ['60'], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: 'ignore',
  });
  children.push(child);
  await once(child, 'spawn');
  return child as ChildProcess & { pid: number };
}

describe('isRunning', () => {
  it('knows a process from a later one with the same id', async () => {
    const me = await processIdentity(process.pid);
    expect(await isRunning(me)).toBe(true);
    expect(await isRunning({ ...me, startTime: `${Number(me.startTime) + 1}` })).toBe(false);
  });

  it('is over when the process has ended', async () => {
    const child = await sleeper();
    const identity = await processIdentity(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isRunning(identity)).toBe(false);
    await expect(processIdentity(child.pid)).rejects.toThrow(/is gone/);
  });
});

describe('processesOfCluster', () => {
  it('finds what carries the mark of that cluster, and never what merely shares our own namespace', async () => {
    const marked = await sleeper({ [clusterMarker]: 'test-one' });
    const other = await sleeper({ [clusterMarker]: 'test-two' });
    const unmarked = await sleeper();
    const found = await processesOfCluster('test-one');
    expect(found).toContain(marked.pid);
    expect(found).not.toContain(other.pid);
    expect(found).not.toContain(unmarked.pid);
    expect(found).not.toContain(process.pid);
  });
});

describe('killAll', () => {
  it('kills until nothing is found', async () => {
    const child = await sleeper({ [clusterMarker]: 'test-three' });
    const exited = once(child, 'exit');
    expect(await killAll(() => processesOfCluster('test-three'))).toEqual([]);
    expect((await exited)[1]).toBe('SIGKILL');
  });

  it('gives up after its attempts and says what is left', async () => {
    expect(await killAll(() => Promise.resolve([4_194_305]), 2)).toEqual([4_194_305]);
  });
});

describe('facts about processes', () => {
  it('reads memory and namespace, and nothing of a process that is gone', async () => {
    expect(await residentBytes(process.pid)).toBeGreaterThan(10_000_000);
    expect(await networkNamespaceOf('self')).toMatch(/^net:\[\d+\]$/);
    expect(await residentBytes(4_194_305)).toBe(0);
    expect(await networkNamespaceOf(4_194_305)).toBeUndefined();
    expect(() => sendSignal(4_194_305, 'SIGTERM')).not.toThrow();
  });
});
