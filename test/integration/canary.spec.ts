import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ModelDeploymentStatus } from '../../src/api/model-deployment-status.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { errorAndLatencyAnalysis as analysis } from '../support/analysis.ts';
import type { GatewayLoad } from '../support/gateway-load.ts';
import { TestBed } from '../support/test-bed.ts';
import { WatchedModel, conditionOf, decisionsOf, totalOf } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** A canary with real requests through a real gateway: what users see, and every word that was written on the way. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const serve = (name: string) => WatchedModel.serve(bed, name, { version: '1', spec: { analysis } });

describe('a good version', () => {
  let model: WatchedModel;
  let load: GatewayLoad;

  it('is promoted under load, and no request fails', async () => {
    model = await serve('good');
    load = model.load();
    // Requests without a route have no backend, and count against nobody.
    const lost = model.load({ host: 'nobody.example.com', rate: 20 });
    await model.apply({ version: '2' });
    const { status } = await model.outcome(1);
    await model.until('is healthy again', ({ phase }) => phase === 'Healthy');
    await model.untilReplicas('v1', 0);
    await load.stop();
    await lost.stop();

    expect(status).toMatchObject({ outcome: 'Promoted', phase: 'Ended', weight: 100 });
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(load.counts()).sort()).toEqual(['v1 200', 'v2 200']);
    expect(Object.keys(lost.counts())).toEqual(['no model 404']);
    // The last answers come from the new version only.
    expect(new Set(load.answers.slice(-50).map((answer) => answer.model))).toEqual(new Set(['v2']));
  });

  it('law 2: the route says the planned splits only, in their order, and each sums to the total', () => {
    expect(model.splits()).toEqual([
      'v1=1000',
      'v1=1000 v2=0',
      'v1=800 v2=200',
      'v1=500 v2=500',
      'v1=0 v2=1000',
      'v2=1000',
    ]);
    expect(new Set(model.route.objects.map(totalOf))).toEqual(new Set([1000]));
  });

  it('leaves a record of what was decided, and on which numbers', async () => {
    const rollout = await model.outcome(1);
    expect(decisionsOf(rollout)).toEqual([
      'StepEntered 0%',
      'WeightRaised 20%',
      'StepEntered 20%',
      'WeightRaised 50%',
      'StepEntered 50%',
      'WeightRaised 100%',
      'RoleTaken 100%',
      'Promoted 100%',
    ]);
    expect(rollout.spec).toMatchObject({
      number: 1,
      modelDeployment: 'good',
      from: { revision: model.revisionOf('v1'), model: { name: 'good', version: '1' } },
      to: { revision: model.revisionOf('v2'), model: { name: 'good', version: '2' } },
    });
    const passed = rollout.status?.decisions?.filter(({ message }) => message.startsWith('left step'));
    expect(passed?.map(({ verdict, message }) => `${verdict}: ${message.split(';')[0]}`)).toEqual([
      'Pass: left step 1 of 2 with Pass',
      'Pass: left step 2 of 2 with Pass',
    ]);
    expect(rollout.metadata.ownerReferences).toMatchObject([{ kind: 'ModelDeployment', controller: true }]);
  });

  it('law 6: the stable kept its replicas until the bake was over, and gives them up after the drain', async () => {
    const { status } = await model.outcome(1);
    const bakedMs = Date.parse(status?.endedAt ?? '') - Date.parse(status?.promotedAt ?? '');
    expect(bakedMs).toBeGreaterThanOrEqual(3_000);
    const gone = model.route.versions.find(({ object }) => model.splitOf(object) === 'v2=1000');
    // drain is 2 s, but the pods' own grace period of 5 s is longer.
    expect(gone!.atMs - Date.parse(status?.endedAt ?? '')).toBeGreaterThanOrEqual(4_900);
  });

  it('says so in conditions, and tells it in events', async () => {
    const status = await model.status();
    expect(Object.fromEntries((status.conditions ?? []).map(({ type, status }) => [type, status]))).toEqual({
      Ready: 'True',
      Available: 'True',
      Reconciling: 'False',
      Stalled: 'False',
      CandidateReady: 'False',
      TrafficApplied: 'True',
      AnalysisAvailable: 'Unknown',
      Paused: 'False',
      Promoted: 'True',
    });
    expect(status).toMatchObject({
      stable: { revision: model.revisionOf('v2'), model: { version: '2' }, ready: 2 },
      rollout: { name: 'good-1', outcome: 'Promoted' },
      replicas: 2,
    });
    expect(status.candidate).toBeUndefined();
    expect((await model.events()).map((event) => event.split(':')[0])).toEqual([
      'Normal FirstRevision',
      'Normal RolloutStarted',
      'Normal StepEntered',
      'Normal WeightRaised',
      'Normal StepEntered',
      'Normal WeightRaised',
      'Normal Promoting',
      'Normal WeightRaised',
      'Normal Baking',
      'Normal Promoted',
    ]);
  });

  it('is Ready once and for all: the end of the drain changes nothing for anybody', () => {
    const ready = model.self.objects
      .map(({ status }) => status as ModelDeploymentStatus | undefined)
      .filter((status) => status?.rollout?.outcome === 'Promoted')
      .map((status) => conditionOf(status!, 'Ready')?.split(' ')[0]);
    const becameReady = ready.indexOf('True');
    expect(becameReady).toBeGreaterThanOrEqual(0);
    expect(new Set(ready.slice(becameReady))).toEqual(new Set(['True']));
  });

  it('the apex Service selects the new version when the bake is over', async () => {
    const apex = await bed.get(resourceKinds.service, model.name);
    expect(apex?.spec.selector).toEqual({
      'understudy.dev/model-deployment': 'good',
      'understudy.dev/revision': model.revisionOf('v2'),
    });
  });
});

describe('a bad version', () => {
  let model: WatchedModel;

  it('is taken back, and users see no failure but its own', async () => {
    model = await serve('bad');
    const load = model.load();
    await model.apply({ version: '2', env: { ERROR_RATE: '0.3' } });
    const { status } = await model.outcome(1);
    await model.untilReplicas('v2', 0);
    await load.stop();

    expect(status).toMatchObject({
      outcome: 'RolledBack',
      phase: 'Ended',
      weight: 0,
      reason: 'AnalysisFailed',
      remembered: true,
    });
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(load.counts()).sort()).toEqual(['v1 200', 'v2 200', 'v2 500']);
    expect(new Set(load.answers.slice(-50).map((answer) => answer.model))).toEqual(new Set(['v1']));
  });

  it('law 5: in one write, from the step where it failed, and never raised again', async () => {
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=800 v2=200', 'v1=1000 v2=0', 'v1=1000']);
    expect(new Set(model.route.objects.map(totalOf))).toEqual(new Set([1000]));
    expect(decisionsOf(await model.outcome(1))).toEqual([
      'StepEntered 0%',
      'WeightRaised 20%',
      'RolledBack 0%',
    ]);
  });

  it('says so in conditions, and tells it in events', async () => {
    const status = await model.until('is settled', ({ phase }) => phase === 'RolledBack');
    expect(status.message).toMatch(/errors/);
    expect(conditionOf(status, 'Ready')).toBe('False AnalysisFailed');
    expect(conditionOf(status, 'Stalled')).toBe('True AnalysisFailed');
    expect(conditionOf(status, 'Available')).toBe('True Available');
    expect(conditionOf(status, 'Promoted')).toBe('False AnalysisFailed');
    expect(status.stable?.revision).toBe(model.revisionOf('v1'));
    const events = await model.events();
    expect(events.at(-1)).toMatch(/^Warning AnalysisFailed: analysis failed: errors/);
  });

  it('is not tried again, but the next good version is', async () => {
    // A touch of something that is no part of the revision.
    await model.edit({ drain: '1s' });
    const generation = (await bed.get(resourceKinds.modelDeployment, model.name))?.metadata.generation;
    await model.until('has seen the touch', (status) => status.observedGeneration === generation);
    expect(await model.rollout(2)).toBeUndefined();

    const load = model.load();
    await model.apply({ version: '3' });
    const { status } = await model.outcome(2);
    await load.stop();
    expect(status?.outcome).toBe('Promoted');
    expect(load.failuresOnTheWay()).toEqual([]);
  });
});
