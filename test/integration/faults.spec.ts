import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { errorAnalysis as analysis } from '../support/analysis.ts';
import type { InstalledController } from '../support/installed-controller.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel, conditionOf, decisionsOf } from '../support/watched-model.ts';

jest.setTimeout(240_000);

/** Parts that the controller depends on go away in the middle of a rollout, and come back. */
let bed: TestBed;
let controller: InstalledController;

beforeAll(async () => {
  bed = await TestBed.start();
  // An API server that starts on a busy machine may be away for longer than the usual 10 s, after which a leader ends and is
  // started again. Here it is to live through it.
  controller = await bed.installController({
    config: { leaderElection: { leaseDuration: '60s', renewDeadline: '50s', retryPeriod: '1s' } },
  });
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const promoted = [
  'StepEntered 0%',
  'WeightRaised 20%',
  'StepEntered 20%',
  'WeightRaised 50%',
  'StepEntered 50%',
  'WeightRaised 100%',
  'RoleTaken 100%',
  'Promoted 100%',
];

describe('Prometheus stops during a rollout', () => {
  let model: WatchedModel;

  afterAll(async () => {
    if (bed && bed.cluster.pidOf('prometheus') === undefined) await bed.cluster.startComponent('prometheus');
  });

  it('law 9: the rollout holds, and a condition says why', async () => {
    model = await WatchedModel.serve(bed, 'silent', { version: '1', spec: { analysis } });
    model.load();
    await model.apply({ version: '2' });
    await model.until(
      'has its first share',
      ({ traffic }) => traffic?.acknowledged && traffic.applied === 20,
    );
    await bed.cluster.stopComponent('prometheus');
    const status = await model.until('misses the source', (status) =>
      conditionOf(status, 'AnalysisAvailable')?.startsWith('False'),
    );
    expect(conditionOf(status, 'AnalysisAvailable')).toBe('False SourceUnavailable');
    expect(conditionOf(status, 'Available')).toBe('True Available');

    // Far beyond its hold of 2 s it still stands there: silence neither promotes nor takes back.
    const since = Date.parse((await model.rollout(1))!.status!.step.appliedAt!);
    await waitFor('the hold is long over', () => Date.now() - since > 8_000);
    const rollout = await model.rollout(1);
    expect(rollout?.status).toMatchObject({ phase: 'Stepping', step: { index: 0 }, weight: 20 });
    expect(rollout?.status?.analysis?.noDataSince).toBeDefined();
    expect(model.splitOf(model.route.objects.at(-1)!)).toBe('v1=800 v2=200');
    expect((await model.status()).message).toMatch(/^step 1 of 2 .*; no data: errors: /);
  });

  it('goes on when the source is back', async () => {
    await bed.cluster.startComponent('prometheus');
    await model.until(
      'has its source again',
      (status) => conditionOf(status, 'AnalysisAvailable') === 'True AnalysisAvailable',
    );
    const rollout = await model.outcome(1);
    expect(rollout.status?.outcome).toBe('Promoted');
    expect(decisionsOf(rollout)).toEqual(promoted);
  });

  it('onNoData: rollback decides after its time, by the policy and not by the silence', async () => {
    const impatient = await WatchedModel.serve(bed, 'impatient', {
      version: '1',
      spec: { analysis: { ...analysis, onNoData: 'rollback', noDataFor: '4s' } },
    });
    impatient.load();
    await impatient.apply({ version: '2' });
    await impatient.until(
      'has its first share',
      ({ traffic }) => traffic?.acknowledged && traffic.applied === 20,
    );
    await bed.cluster.stopComponent('prometheus');
    const { status } = await impatient.outcome(1);
    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'NoData', weight: 0 });
    const silentMs = Date.parse(status!.endedAt!) - Date.parse(status!.analysis!.noDataSince!);
    expect(silentMs).toBeGreaterThanOrEqual(4_000);
    await bed.cluster.startComponent('prometheus');
  });
});

describe('Prometheus comes back otherwise than it went', () => {
  const underWay = async (name: string) => {
    const model = await WatchedModel.serve(bed, name, { version: '1', spec: { analysis } });
    model.load();
    await model.apply({ version: '2' });
    await model.until(
      'has its first share',
      ({ traffic }) => traffic?.acknowledged && traffic.applied === 20,
    );
    return model;
  };

  it('with empty storage: the rollout goes on by what is counted from now on', async () => {
    const model = await underWay('emptied');
    await bed.cluster.stopComponent('prometheus');
    await rm(bed.cluster.prometheusDataPath, { recursive: true });
    await bed.cluster.startComponent('prometheus');
    const rollout = await model.outcome(1);
    expect(rollout.status?.outcome).toBe('Promoted');
    expect(decisionsOf(rollout)).toEqual(promoted);
  });

  it('scraping late: what is not there yet is waited for', async () => {
    const model = await underWay('late');
    const pid = bed.cluster.pidOf('prometheus')!;
    try {
      for (let pauses = 0; pauses < 3; pauses += 1) {
        process.kill(pid, 'SIGSTOP');
        await sleep(4_000);
        process.kill(pid, 'SIGCONT');
        await sleep(1_000);
        const { status } = (await model.rollout(1))!;
        expect(status?.outcome).not.toBe('RolledBack');
      }
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const rollout = await model.outcome(1);
    expect(rollout.status?.outcome).toBe('Promoted');
    expect(decisionsOf(rollout)).toEqual(promoted);
  });
});

describe('the controller of the gateway stops', () => {
  it('law 7: a split that nobody acknowledges is not left', async () => {
    const model = await WatchedModel.serve(bed, 'unheard', { version: '1' });
    await model.apply({ version: '2', env: { READY_AFTER_MS: '2000' } });
    await model.rollouts.until('the rollout is there', () => true);
    await model.route.until(
      'the candidate stands in the route',
      ({ object }) => model.splitOf(object) === 'v1=1000 v2=0',
    );
    await bed.cluster.stopComponent('contour');
    try {
      const status = await model.until('waits for the gateway', (status) =>
        conditionOf(status, 'TrafficApplied')?.startsWith('False'),
      );
      expect(conditionOf(status, 'TrafficApplied')).toBe('False TrafficPending');
      const seenAtMs = Date.now();
      await waitFor('any hold would be over', () => Date.now() - seenAtMs > 5_000);
      const { status: record } = (await model.rollout(1))!;
      expect(record?.weight ?? 0).toBeLessThanOrEqual(20);
      expect(record?.step.appliedAt).toBeUndefined();
    } finally {
      await bed.cluster.startComponent('contour');
    }
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
  });
});

describe('the API server restarts under a running controller', () => {
  it('recovers by itself, and the rollout goes on where it was', async () => {
    const model = await WatchedModel.serve(bed, 'restarted', { version: '1', spec: { analysis } });
    const load = model.load();
    await model.apply({ version: '2' });
    await model.until(
      'has its first share',
      ({ traffic }) => traffic?.acknowledged && traffic.applied === 20,
    );
    await bed.cluster.restartComponent('kube-apiserver');

    const rollout = await model.outcome(1, { timeoutMs: 120_000 });
    expect(rollout.status?.outcome).toBe('Promoted');
    expect(decisionsOf(rollout)).toEqual(promoted);
    expect(await model.rollout(2)).toBeUndefined();
    await model.until('is healthy', ({ phase }) => phase === 'Healthy');
    await model.untilReplicas('v1', 0);
    await load.stop();
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(controller.run.ended).toBe(false);
    expect((await fetch(`${controller.run.address}/readyz`)).status).toBe(200);
  });

  it('also while there is nothing to do: the next release is noticed', async () => {
    const model = await WatchedModel.serve(bed, 'noticed', { version: '1' });
    await bed.cluster.restartComponent('kube-apiserver');
    await waitFor('a user can write again', () => model.apply({ version: '2' }));
    expect((await model.outcome(1, { timeoutMs: 120_000 })).status?.outcome).toBe('Promoted');
  });
});
