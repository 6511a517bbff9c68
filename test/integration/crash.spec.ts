import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ModelRolloutStatus } from '../../src/api/model-rollout.ts';
import { annotations } from '../../src/api/group.ts';
import type { GatewayLoad } from '../support/gateway-load.ts';
import { KilledController, type Place, record, split, takenBack } from '../support/killed-controller.ts';
import { TestBed } from '../support/test-bed.ts';
import { WatchedModel, decisionsOf, totalOf } from '../support/watched-model.ts';

jest.setTimeout(240_000);

/**
 * Law 12: the controller is killed with SIGKILL at every place of a canary, in the very moment in which the watch shows
 * that it got there, and started again. It must end as an unkilled one does: nothing repeated, skipped or counted twice.
 */
let bed: TestBed;
let controller: KilledController;

beforeAll(async () => {
  bed = await TestBed.start();
  controller = await KilledController.install(bed);
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const spec = {
  analysis: {
    minRequests: 10,
    interval: '1s',
    metrics: [{ name: 'errors', kind: 'errorRate', max: 0.2 }],
  },
};

const serve = (name: string) => WatchedModel.serve(bed, name, { version: '1', spec });

/** A slow start, so that there is time to be killed in before the candidate is ready. */
const candidate = { version: '2', env: { READY_AFTER_MS: '1500' } };

const isAt = ({ phase, step }: ModelRolloutStatus, index: number, applied: boolean) =>
  phase === 'Stepping' && step.index === index && (step.appliedAt !== undefined) === applied;

/** In the order of a canary. Of "written, and not applied yet" the record comes first, then the route. */
const places: Place[] = [
  { at: 'Preparing: the record is made', history: ({ rollouts }) => rollouts, is: () => true },
  {
    at: 'Preparing: the candidate has its Service, and perhaps no Deployment',
    history: ({ services }) => services,
    is: ({ object }, model) => object.metadata.name === `${model.name}-${model.revisionOf('v2')}`,
  },
  {
    at: 'Preparing: the candidate stands in the route at 0',
    history: ({ route }) => route,
    is: ({ object }, model) => model.splitOf(object) === 'v1=1000 v2=0',
  },
  record('step 1: decided, not applied', (status) => isAt(status, 0, false)),
  split('step 1: the route says it', 200),
  record('step 1: applied', (status) => isAt(status, 0, true) && status.weight === 20),
  record('step 2: decided, not applied', (status) => isAt(status, 1, false)),
  split('step 2: the route says it', 500),
  record('step 2: applied', (status) => isAt(status, 1, true) && status.weight === 50),
  record('Promoting: decided', ({ phase }) => phase === 'Promoting'),
  split('Promoting: the route says it', 1000),
  record('Baking', ({ phase }) => phase === 'Baking'),
  record('Ended', ({ phase }) => phase === 'Ended'),
];

/** All that a user can see at the end, without names, times and numbers of pods that start. */
async function endOf(model: WatchedModel, number = 1) {
  const { phase, stable, rollout, traffic, replicas, conditions } = await model.status();
  const { status } = await model.outcome(number);
  return {
    phase,
    traffic,
    replicas,
    stable: stable?.model?.version,
    ready: stable?.ready,
    rollout: { outcome: rollout?.outcome, step: rollout?.step, steps: rollout?.steps },
    conditions: conditions?.map(({ type, status: value, reason }) => `${type} ${value} ${reason}`),
    record: { phase: status?.phase, weight: status?.weight, reason: status?.reason },
    v1: (await model.deployment('v1'))?.spec.replicas,
    v2: (await model.deployment('v2'))?.spec.replicas,
  };
}

describe('a canary whose controller is killed at every place', () => {
  let calm: WatchedModel;
  let crashed: WatchedModel;
  let load: GatewayLoad;

  it('ends as an unkilled one', async () => {
    calm = await serve('calm');
    const calmLoad = calm.load();
    await calm.apply(candidate);
    await calm.outcome(1);
    await calm.untilReplicas('v1', 0);
    await calmLoad.stop();
    await calm.until('is healthy', ({ phase }) => phase === 'Healthy');

    crashed = await serve('crashed');
    load = crashed.load();
    await crashed.apply(candidate);
    for (const place of places) await controller.killAt(place, crashed);
    await crashed.untilReplicas('v1', 0);
    await load.stop();
    await crashed.until('is healthy', ({ phase }) => phase === 'Healthy');

    expect(await endOf(crashed)).toEqual(await endOf(calm));
    expect((await endOf(crashed)).record).toEqual({ phase: 'Ended', weight: 100, reason: 'Promoted' });
  });

  it('no step is repeated or skipped', async () => {
    const decisions = decisionsOf(await calm.outcome(1));
    expect(decisions).toHaveLength(8);
    expect(decisionsOf(await crashed.outcome(1))).toEqual(decisions);
    expect(crashed.splits()).toEqual(calm.splits());
    expect(new Set(crashed.route.objects.map(totalOf))).toEqual(new Set([1000]));
    const names = new Set(crashed.rollouts.objects.map(({ metadata }) => metadata.name));
    expect([...names]).toEqual(['crashed-1']);
  });

  it('each step held its time after it was applied, once', async () => {
    const { status } = await crashed.outcome(1);
    const entered = (status?.decisions ?? []).filter(({ action }) => action === 'StepEntered');
    const applied = crashed.rollouts.objects
      .map((object) => (object['status'] as ModelRolloutStatus | undefined)?.step)
      .filter((step) => step?.appliedAt !== undefined);
    for (const index of [0, 1]) {
      const times = new Set(applied.filter((step) => step?.index === index).map((step) => step?.appliedAt));
      expect(times.size).toBe(1);
      const heldMs = Date.parse(entered[index + 1]!.at) - Date.parse([...times][0]!);
      expect(heldMs).toBeGreaterThanOrEqual(2_000);
    }
  });

  it('law 10: no request is counted twice', async () => {
    const { status } = await crashed.outcome(1);
    const counted = status?.analysis?.evidence?.metrics['errors']?.candidate?.requests;
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBeLessThanOrEqual(load.answersOf('v2').length);
  });

  it('users saw nothing of it', () => {
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(load.counts()).sort()).toEqual(['v1 200', 'v2 200']);
  });
});

describe('a rollback whose controller is killed in the middle', () => {
  it('takes the weight away for good', async () => {
    const model = await serve('bad');
    const load = model.load();
    await model.apply({ version: '2', env: { ERROR_RATE: '0.5' } });
    await controller.killAt(
      record('the record says it', ({ outcome }) => outcome === 'RolledBack'),
      model,
    );
    await controller.killAt(takenBack('the route says it'), model);
    await controller.killAt(
      {
        at: 'the candidate is marked to drain',
        history: ({ deployments }) => deployments,
        is: ({ object }) =>
          object.metadata.name === `${model.name}-${model.revisionOf('v2')}` &&
          object.metadata.annotations?.[annotations.drainUntil] !== undefined,
      },
      model,
    );
    await model.untilReplicas('v2', 0);
    await model.until('is settled', ({ phase }) => phase === 'RolledBack');
    await load.stop();

    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=800 v2=200', 'v1=1000 v2=0', 'v1=1000']);
    expect(decisionsOf(await model.outcome(1))).toEqual([
      'StepEntered 0%',
      'WeightRaised 20%',
      'RolledBack 0%',
    ]);
    expect(await model.rollout(2)).toBeUndefined();
    expect(load.failuresOnTheWay()).toEqual([]);
  });
});
