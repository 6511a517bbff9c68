import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { TestBed } from '../support/test-bed.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel, conditionOf, decisionsOf, totalOf } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** The user changes their mind while a rollout runs. Requests go on all the time, and none fails. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const canary = (steps: object[], bake = '2s') => ({
  strategy: { canary: { steps, bake: { duration: bake } } },
});
const holding = canary([{ weight: 20, hold: '600s' }]);
const quick = canary([{ weight: 20, hold: '1s' }]);

const isAt =
  (weight: number) =>
  ({ traffic }: { traffic?: { acknowledged?: boolean; applied?: number } }) =>
    traffic?.acknowledged && traffic.applied === weight;

describe('a new revision in the middle of a rollout', () => {
  it('supersedes: the old candidate loses its weight first, and the new one begins at the first step', async () => {
    const model = await WatchedModel.serve(bed, 'superseded', { version: '1', spec: holding });
    const load = model.load();
    await model.apply({ version: '2' });
    await model.until('is at 20%', isAt(20));
    await model.apply({ version: '3', spec: quick });
    expect((await model.outcome(1)).status).toMatchObject({ outcome: 'Superseded', weight: 0 });
    const { spec, status } = await model.outcome(2);
    expect(spec).toMatchObject({
      from: { revision: model.revisionOf('v1') },
      to: { revision: model.revisionOf('v3') },
    });
    expect(status?.outcome).toBe('Promoted');
    await model.untilReplicas('v2', 0);
    await model.untilReplicas('v1', 0);
    await load.stop();

    // No version of the route gives both candidates weight, and the third begins at 0.
    for (const split of model.splits()) expect(split).not.toMatch(/v2=[1-9].*v3=[1-9]/);
    const splits = model.splits().map((split) => split.replace(' v2=0', '').replace(/ ?v3=0/, ''));
    expect(splits.filter((split, index) => split !== splits[index - 1])).toEqual([
      'v1=1000',
      'v1=800 v2=200',
      'v1=1000',
      'v1=800 v3=200',
      'v1=0 v3=1000',
      'v3=1000',
    ]);
    expect(new Set(model.route.objects.map(totalOf))).toEqual(new Set([1000]));
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(load.counts()).sort()).toEqual(['v1 200', 'v2 200', 'v3 200']);
  });

  it('during the bake: what has all traffic is the stable that the next one is compared with', async () => {
    const model = await WatchedModel.serve(bed, 'rebaked', {
      version: '1',
      spec: canary([{ weight: 20, hold: '1s' }], '600s'),
    });
    const load = model.load();
    await model.apply({ version: '2' });
    await model.until('bakes', ({ phase }) => phase === 'Baking');
    await model.apply({ version: '3', spec: quick });
    expect((await model.outcome(1)).status).toMatchObject({ outcome: 'Superseded', weight: 100 });
    const { spec, status } = await model.outcome(2);
    expect(spec.from.revision).toBe(model.revisionOf('v2'));
    expect(status?.outcome).toBe('Promoted');
    await load.stop();
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(model.splits().some((split) => /v1=[1-9]/.test(split) && /v3=[1-9]/.test(split))).toBe(false);
  });
});

describe('the spec returned to the stable revision', () => {
  it('in the middle: the rollout ends at once as taken back by the user, and may be tried again', async () => {
    const model = await WatchedModel.serve(bed, 'returned', { version: '1', spec: holding });
    const load = model.load();
    await model.apply({ version: '2' });
    await model.until('is at 20%', isAt(20));
    await model.apply({ version: '1' });
    const { status } = await model.outcome(1);
    expect(status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'RevertedByUser',
      weight: 0,
      remembered: false,
    });
    await model.until('is healthy', ({ phase }) => phase === 'Healthy');
    await model.untilReplicas('v2', 0);
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=800 v2=200', 'v1=1000 v2=0', 'v1=1000']);

    await model.apply({ version: '2', spec: quick });
    expect((await model.outcome(2)).status?.outcome).toBe('Promoted');
    await load.stop();
    expect(load.failuresOnTheWay()).toEqual([]);
  });

  it('during the bake: the previous revision, still warm, has all traffic by one write', async () => {
    const model = await WatchedModel.serve(bed, 'unbaked', {
      version: '1',
      spec: canary([{ weight: 20, hold: '1s' }], '600s'),
    });
    const load = model.load();
    await model.apply({ version: '2' });
    await model.until('bakes', ({ phase }) => phase === 'Baking');
    expect((await model.pods('v1')).length).toBe(2);
    await model.apply({ version: '1' });
    const { status } = await model.outcome(1);
    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'RevertedByUser', weight: 0 });
    const healthy = await model.until('is healthy', ({ phase }) => phase === 'Healthy');
    expect(healthy.stable?.revision).toBe(model.revisionOf('v1'));
    await model.untilReplicas('v2', 0);
    await load.stop();
    expect(model.splits()).toEqual([
      'v1=1000',
      'v1=1000 v2=0',
      'v1=800 v2=200',
      'v1=0 v2=1000',
      'v1=1000 v2=0',
      'v1=1000',
    ]);
    expect(load.failuresOnTheWay()).toEqual([]);
  });
});

describe('paused', () => {
  it('no forward progress while spec.paused, and traffic stays as it is; then it goes on', async () => {
    const model = await WatchedModel.serve(bed, 'paused', {
      version: '1',
      spec: canary([
        { weight: 20, hold: '2s' },
        { weight: 50, hold: '1s' },
      ]),
    });
    await model.apply({ version: '2' });
    await model.until('is at 20%', isAt(20));
    await model.edit({ paused: true });
    const paused = await model.until('is paused', ({ phase }) => phase === 'Paused');
    expect(conditionOf(paused, 'Paused')).toBe('True PausedBySpec');
    const since = Date.parse((await model.rollout(1))!.status!.step.appliedAt!);
    await waitFor('the hold is long over', () => Date.now() - since > 6_000);
    expect((await model.rollout(1))?.status).toMatchObject({
      phase: 'Stepping',
      step: { index: 0 },
      weight: 20,
    });
    expect(model.splits().at(-1)).toBe('v1=800 v2=200');

    await model.edit({ paused: false });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    const events = (await model.events()).map((event) => event.split(':')[0]);
    expect(events.filter((event) => /PausedBySpec|Resumed/.test(event!))).toEqual([
      'Normal PausedBySpec',
      'Normal Resumed',
    ]);
  });

  it('a revision that comes while paused is not begun before the pause is over', async () => {
    const model = await WatchedModel.serve(bed, 'waiting', { version: '1', spec: quick });
    await model.edit({ paused: true });
    await model.apply({ version: '2', spec: { paused: true } });
    const status = await model.until('waits', ({ phase }) => phase === 'Paused');
    expect(status.message).toBe(`spec.paused is true: revision ${model.revisionOf('v2')} waits`);
    expect(await model.rollout(1)).toBeUndefined();
    expect(await model.deployment('v2')).toBeUndefined();
    await model.edit({ paused: false });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
  });

  it('a pause step stands still at the weight before it: for its time, or without an end until the user acts', async () => {
    const model = await WatchedModel.serve(bed, 'plan', {
      version: '1',
      spec: canary([
        { weight: 20, hold: '1s' },
        { pause: { duration: '3s' } },
        { weight: 50, hold: '1s' },
        { pause: {} },
      ]),
    });
    await model.apply({ version: '2' });
    const first = await model.until('pauses', ({ phase }) => phase === 'Paused');
    expect(conditionOf(first, 'Paused')).toBe('True PauseStep');
    expect(first).toMatchObject({ rollout: { step: 1 }, traffic: { desired: 20, applied: 20 } });
    expect(first.rollout?.nextDecisionAt).toBeDefined();
    await model.until('pauses at 50%', ({ phase, traffic }) => phase === 'Paused' && traffic?.applied === 50);
    const { status } = (await model.rollout(1))!;
    const [entered, left] = [1, 2].map((step) =>
      Date.parse(
        status!.decisions!.find((decision) => decision.step === step && decision.action === 'StepEntered')!
          .at,
      ),
    );
    expect(left! - entered!).toBeGreaterThanOrEqual(3_000);
    // Without an end, time alone brings nothing.
    const second = await model.status();
    expect(second.rollout?.nextDecisionAt).toBeUndefined();
    await model.apply({ version: '1' });
    expect((await model.outcome(1)).status?.reason).toBe('RevertedByUser');
  });
});

describe('a strategy that is changed while a rollout runs', () => {
  it('applies to the next one: the plan of a rollout is fixed', async () => {
    const model = await WatchedModel.serve(bed, 'fixed', {
      version: '1',
      spec: canary([
        { weight: 20, hold: '4s' },
        { weight: 60, hold: '1s' },
      ]),
    });
    await model.apply({ version: '2' });
    await model.until('is at 20%', isAt(20));
    await model.edit(canary([{ weight: 90, hold: '600s' }]));
    const rollout = await model.outcome(1);
    expect(decisionsOf(rollout)).toContain('WeightRaised 60%');
    expect(rollout.status?.outcome).toBe('Promoted');
    expect(await model.rollout(2)).toBeUndefined();
    const kept = await bed.list(resourceKinds.modelRollout);
    expect(kept.filter(({ spec }) => spec.modelDeployment === 'fixed')).toHaveLength(1);
  });
});
