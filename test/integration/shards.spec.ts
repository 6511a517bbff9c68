import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { shardMap } from '../../src/runtime/shards/shard-map.ts';
import { modelDeployment } from '../support/model-deployment.ts';
import { type Replica, Replicas } from '../support/replicas.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(60_000);

/** Longer than a loaded machine keeps a renewal waiting. */
const leaderElection = { leaseDuration: '6s', renewDeadline: '4500ms', retryPeriod: '500ms' };
/** By exit code 3 a process says that it has lost its leadership. */
const lostLeadership = 3;
const models = ['m0', 'm1', 'm2', 'm3'];

let bed: TestBed;
let replicas: Replicas;
/** Lives from the first test to the last but one. */
let steady: Replica | undefined;
/** For people: how long nobody led what was led by the one that went, in the order of the tests. */
const tookMs: Record<string, number> = {};

beforeAll(async () => {
  bed = await TestBed.start();
  replicas = new Replicas(bed, leaderElection);
}, 180_000);

afterAll(async () => {
  await bed?.stop();
  console.info(`seconds until others led, with a lease duration of 6 s: ${JSON.stringify(tookMs)}`);
}, 60_000);

beforeEach(() => {
  // Without it nothing that follows can be right.
  if (steady?.run.ended) throw new Error(`the steady one has ended:\n${steady.run.log.slice(-2_000)}`);
});

const quick = { canary: { steps: [{ weight: 50, hold: '0s' }], bake: { duration: '0s' } } };
const slow = { canary: { steps: [{ weight: 50, hold: '3s' }], bake: { duration: '0s' } } };
const release = (name: string, version: string, strategy: object = quick) =>
  bed.apply(modelDeployment({ name, version, spec: { replicas: 1, drain: '0s', strategy } }));
const serves = (name: string, version: string) =>
  bed.untilStatus(
    name,
    `serves version ${version}`,
    ({ phase, stable }) => phase === 'Healthy' && stable?.model?.version === version,
  );
/** A share of 32 is what each of two replicas claims. */
const untilShared = (...names: string[]) =>
  waitFor('the shards are shared out', async () => {
    const shares = await replicas.shares();
    return names.every((name) => shares[name] === 64 / names.length);
  });
const untilLedBy = async (name: string, how: string, sinceMs: number) => {
  await waitFor(`${name} leads all`, async () => (await replicas.shares())[name] === 64, { everyMs: 50 });
  tookMs[how] = (Date.now() - sinceMs) / 1000;
};
/** A ModelDeployment in a shard that this replica leads, with its first version served. */
async function modelOf(owner: string): Promise<string> {
  const holders = await replicas.holders();
  const names = Array.from({ length: 200 }, (_, index) => `${owner}x${index}`);
  const name = names.find((each) => holders[shardMap.of(`default/${each}`)] === owner)!;
  await release(name, '1');
  await serves(name, '1');
  return name;
}
/** Its exit code. A container that ended is started again after a moment: it is taken away before. */
async function exitOf({ run, installed }: Replica): Promise<number> {
  const code = await run.exitCode();
  await installed.stop();
  return code;
}

describe('replicas that share the shards', () => {
  it('own each object once, and roll all of them out', async () => {
    steady = await replicas.start('steady', 32);
    const second = await replicas.start('second', 32);
    await untilShared('steady', 'second');
    const holders = await replicas.holders();
    for (const name of models) await release(name, '1');
    for (const name of models) await serves(name, '1');
    for (const name of models) await release(name, '2');
    for (const name of models) await serves(name, '2');

    for (const name of models) {
      const owner = holders[shardMap.of(`default/${name}`)]!;
      const other = owner === 'steady' ? 'second' : 'steady';
      const isOfModel = (object: { name: string }) => object.name.split('-')[0] === name;
      expect(replicas.writesOf(owner).filter(isOfModel)).not.toEqual([]);
      expect(replicas.writesOf(other).filter(isOfModel)).toEqual([]);
    }
    expect(await steady.run.metric('understudy_shards_held')).toBe(32);
    expect(await second.run.metric('understudy_shards_held')).toBe(32);
    const stoppedAtMs = Date.now();
    expect(await second.installed.stop()).toBe(0);
    await untilLedBy('steady', 'stopped', stoppedAtMs);
  });

  it('take over from one that is killed', async () => {
    const replica = await replicas.start('killed', 32);
    await untilShared('steady', 'killed');
    const name = await modelOf('killed');
    await release(name, '2', slow);
    await bed.untilStatus(name, 'is at its step', ({ traffic }) => traffic?.applied === 50);
    const killedAtMs = Date.now();
    replica.run.signal('SIGKILL');
    await exitOf(replica);
    await untilLedBy('steady', 'killed', killedAtMs);
    await serves(name, '2');
  });

  it.each<['stays' | 'resets', string]>([
    ['stays', 'hung'],
    ['resets', 'reset'],
  ])('take over from one whose network %s, which ends and writes nothing more', async (passage, who) => {
    const replica = await replicas.start(who, 32, { cutOff: true });
    const network = replica.network!;
    await untilShared('steady', who);
    const name = await modelOf(who);
    await release(name, '2', slow);
    await bed.untilStatus(name, 'is at its step', ({ traffic }) => traffic?.applied === 50);
    const cutAtMs = Date.now();
    network.passage = passage;
    await untilLedBy('steady', `network ${passage}`, cutAtMs);
    const ledAtMs = Date.now();
    expect(await exitOf(replica)).toBe(lostLeadership);
    await serves(name, '2');
    // What it had sent last arrives now.
    network.passage = 'passes';
    await sleep(500);
    expect(replicas.writesOf(who, ledAtMs)).toEqual([]);
  });

  it('take over from one that is paused, which wakes up, ends and writes nothing more', async () => {
    const replica = await replicas.start('paused', 32);
    await untilShared('steady', 'paused');
    const name = await modelOf('paused');
    await release(name, '2', slow);
    await bed.untilStatus(name, 'is at its step', ({ traffic }) => traffic?.applied === 50);
    const pausedAtMs = Date.now();
    replica.run.signal('SIGSTOP');
    await untilLedBy('steady', 'paused', pausedAtMs);
    await serves(name, '2');
    const before = await bed.get(resourceKinds.modelDeployment, name);
    replica.run.signal('SIGCONT');
    expect(await exitOf(replica)).toBe(lostLeadership);
    // A second is more than enough for what was on its way.
    expect(replicas.writesOf('paused', pausedAtMs + 1_000)).toEqual([]);
    expect((await bed.get(resourceKinds.modelDeployment, name))?.metadata.resourceVersion).toBe(
      before?.metadata.resourceVersion,
    );
  });
});

describe('a replica without shards beside those with', () => {
  let single: Replica;

  it('waits until all of them are gone', async () => {
    single = await replicas.start('single', 0);
    await sleep(3_000);
    expect(await replicas.leader()).toBe('understudy-shards');
    expect(await single.run.metric('understudy_leader')).toBe(0);
    const stoppedAtMs = Date.now();
    expect(await steady!.installed.stop()).toBe(0);
    steady = undefined;
    await waitFor('the single one leads', async () => (await replicas.leader()) === 'single');
    tookMs['from shards to one'] = (Date.now() - stoppedAtMs) / 1000;
    await release('m0', '3');
    await serves('m0', '3');
  });

  it('is waited for in its turn; when it is paused and wakes up it ends and writes nothing more', async () => {
    const sharded = await replicas.start('sharded', 64);
    await sleep(2_000);
    expect(await sharded.run.metric('understudy_shards_held')).toBe(0);
    await release('m1', '3', slow);
    await bed.untilStatus('m1', 'is at its step', ({ traffic }) => traffic?.applied === 50);
    expect(replicas.writesOf('sharded')).toEqual([]);
    const pausedAtMs = Date.now();
    single.run.signal('SIGSTOP');
    await untilLedBy('sharded', 'one that was paused', pausedAtMs);
    await serves('m1', '3');
    single.run.signal('SIGCONT');
    expect(await exitOf(single)).toBe(lostLeadership);
    expect(replicas.writesOf('single', pausedAtMs + 1_000)).toEqual([]);
  });
});
