import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  claimFolder,
  cleanIfDead,
  ClusterExists,
  listClusters,
  readState,
  type ClusterState,
} from './cluster-folder.ts';
import { clusterMarker, processIdentity, type ProcessIdentity } from './processes.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'clusters-'));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const dead: ProcessIdentity = { pid: 4_194_305, startTime: '1' };
const stateOf = async (name: string, owner?: ProcessIdentity): Promise<ClusterState> => ({
  id: `id-of-${name}`,
  name,
  phase: 'starting',
  owner: owner ?? (await processIdentity(process.pid)),
  startedAt: '2026-01-01T00:00:00Z',
  components: {},
});

describe('claimFolder', () => {
  it('takes a name that nobody has, in a folder for this user only', async () => {
    const folder = await claimFolder(root, await stateOf('one'));
    expect(folder).toBe(join(root, 'one'));
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect((await readState(folder))?.id).toBe('id-of-one');
  });

  it('refuses the name of a cluster that lives, and says what to do', async () => {
    await claimFolder(root, await stateOf('one'));
    const second = claimFolder(root, await stateOf('one'));
    await expect(second).rejects.toThrow(ClusterExists);
    await expect(second).rejects.toThrow(/down --name one/);
  });

  it('gives a name to one of two that ask at once', async () => {
    const state = await stateOf('one');
    const results = await Promise.allSettled([claimFolder(root, state), claimFolder(root, state)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('takes the name of a cluster whose owner is dead', async () => {
    await claimFolder(root, await stateOf('one', dead));
    const folder = await claimFolder(root, { ...(await stateOf('one')), id: 'new' });
    expect((await readState(folder))?.id).toBe('new');
  });
});

describe('cleanIfDead', () => {
  it('ends the processes of a dead owner and removes the folder', async () => {
    const folder = await claimFolder(root, await stateOf('one', dead));
    const env = { PATH: process.env['PATH'], [clusterMarker]: 'id-of-one' };
    const child = spawn('sleep', ['60'], { env, stdio: 'ignore' });
    await once(child, 'spawn');
    const exited = once(child, 'exit');
    expect(await cleanIfDead(folder)).toBe(true);
    expect((await exited)[1]).toBe('SIGKILL');
    expect(existsSync(folder)).toBe(false);
  });

  it('leaves a cluster alone whose owner lives', async () => {
    const folder = await claimFolder(root, await stateOf('one'));
    expect(await cleanIfDead(folder)).toBe(false);
    expect(existsSync(folder)).toBe(true);
  });

  it('waits with a folder without state, which may just be in the making, but not for ever', async () => {
    const folder = join(root, 'one');
    await mkdir(folder);
    expect(await cleanIfDead(folder)).toBe(false);
    await utimes(folder, new Date(0), new Date(0));
    expect(await cleanIfDead(folder)).toBe(true);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('listClusters', () => {
  it('shows those that live and cleans up after the others', async () => {
    await claimFolder(root, await stateOf('dead', dead));
    await claimFolder(root, await stateOf('one'));
    expect((await listClusters(root)).map(({ name }) => name)).toEqual(['one']);
    expect(existsSync(join(root, 'dead'))).toBe(false);
    expect(await listClusters(join(root, 'nowhere'))).toEqual([]);
  });
});
