import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { GatewayLoad } from '../support/gateway-load.ts';
import { KilledController, type Place, record, split, takenBack } from '../support/killed-controller.ts';
import { TestBed } from '../support/test-bed.ts';
import { routeOfUser } from '../support/user-route.ts';
import { WatchedModel, decisionsOf, totalOf } from '../support/watched-model.ts';

jest.setTimeout(240_000);

/**
 * No request may fail that the model did not fail: counted at the clients, while what moves the traffic is killed in the middle
 * of a switch, or loses its API server, and while pods go as others come.
 */
let bed: TestBed;
let controller: KilledController;

beforeAll(async () => {
  bed = await TestBed.start();
  controller = new KilledController(bed);
  await controller.start();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const analysis = {
  minRequests: 20,
  interval: '1s',
  metrics: [{ name: 'errors', kind: 'errorRate', max: 0.05 }],
};
const blueGreen = {
  strategy: { blueGreen: { preAnalysis: { hold: '1s' }, bake: { duration: '4s' } } },
};

function expectServed(load: GatewayLoad, answers: string[], last: string): void {
  expect(load.failuresOnTheWay()).toEqual([]);
  expect(Object.keys(load.counts()).sort()).toEqual(answers);
  expect(new Set(load.answers.slice(-50).map(({ model }) => model))).toEqual(new Set([last]));
}

describe('SIGKILL of the controller in the middle of a switch', () => {
  const thereAndBack = ['v1=1000', 'v1=1000 v2=0', 'v1=0 v2=1000', 'v1=1000 v2=0', 'v1=1000'];

  it('there: everybody is moved once, and no request fails', async () => {
    const model = await WatchedModel.serve(bed, 'there', { version: '1', spec: { ...blueGreen, analysis } });
    const load = model.load();
    await model.apply({ version: '2' });
    const places: Place[] = [
      record('the switch is decided', ({ phase, weight }) => phase === 'Promoting' && weight === 100),
      split('the route says it', 1000),
      record('it bakes', ({ phase }) => phase === 'Baking'),
    ];
    for (const place of places) await controller.killAt(place, model);
    const rollout = await model.outcome(1);
    await model.untilReplicas('v1', 0);
    await load.stop();

    expect(rollout.status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    expect(decisionsOf(rollout).filter((decision) => decision.startsWith('WeightRaised'))).toEqual([
      'WeightRaised 100%',
    ]);
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=0 v2=1000', 'v2=1000']);
    expect(new Set(model.route.objects.map(totalOf))).toEqual(new Set([1000]));
  });

  it('and back: everybody is moved back once and for all, and users see no failure but its own', async () => {
    const model = await WatchedModel.serve(bed, 'back', { version: '1', spec: { ...blueGreen, analysis } });
    const load = model.load();
    await model.apply({ version: '2', env: { ERROR_RATE: '0.5' } });
    const places: Place[] = [
      record('it bakes', ({ phase }) => phase === 'Baking'),
      record('the way back is decided', ({ outcome }) => outcome === 'RolledBack'),
      takenBack('the route says it'),
    ];
    for (const place of places) await controller.killAt(place, model);
    await model.untilReplicas('v2', 0);
    await load.stop();

    expect((await model.outcome(1)).status).toMatchObject({ outcome: 'RolledBack', weight: 0 });
    expectServed(load, ['v1 200', 'v2 200', 'v2 500'], 'v1');
    expect(model.splits()).toEqual(thereAndBack);
    expect(await model.rollout(2)).toBeUndefined();
  });

  it('on plain Services: the selector stays where it was decided to be', async () => {
    const model = await WatchedModel.serve(bed, 'plain', {
      version: '1',
      spec: { ...blueGreen, traffic: { service: {} } },
    });
    const load = model.load({ host: await routeOfUser(bed, model.name) });
    await model.apply({ version: '2' });
    const selector: Place = {
      at: 'the selector says it',
      history: ({ services }) => services,
      is: ({ object }, { name }) =>
        object.metadata.name === name &&
        model.knows('v2', object['spec'].selector['understudy.dev/revision']),
    };
    const decided = record('it is decided', ({ phase, weight }) => phase === 'Promoting' && weight === 100);
    for (const place of [decided, selector]) await controller.killAt(place, model);
    expect((await model.outcome(1)).status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    await model.untilReplicas('v1', 0);
    await load.stop();
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
  });
});

describe('a canary whose stable follows', () => {
  const follow = {
    replicas: 4,
    analysis,
    strategy: {
      canary: {
        stableScale: 'follow',
        steps: [
          { weight: 25, hold: '2s' },
          { weight: 50, hold: '2s' },
          { weight: 75, hold: '8s' },
        ],
        bake: { duration: '2s' },
      },
    },
  };
  const sizesOf = (model: WatchedModel, version: string): number[] => {
    const sizes = model.deployments.objects
      .filter(({ metadata }) => metadata.name === `${model.name}-${model.revisionOf(version)}`)
      .map(({ spec }) => spec.replicas as number);
    return sizes.filter((size, index) => size !== sizes[index - 1]);
  };

  it('is promoted while old pods go and new ones come, and no request fails', async () => {
    const model = await WatchedModel.serve(bed, 'follow', { version: '1', spec: follow });
    const load = model.load();
    await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await model.untilReplicas('v1', 0);
    await load.stop();
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
    expect(sizesOf(model, 'v1')).toEqual([4, 3, 2, 1, 0]);
    expect(sizesOf(model, 'v2').at(-1)).toBe(4);
  });

  it('gives its traffic back as its pods come again, and no request fails', async () => {
    const rate = (revision: string) =>
      `sum(rate(envoy_cluster_upstream_rq_total{envoy_cluster_name="default_returns-{{ ${revision} }}_80"}[5s]))`;
    const [candidate, stable] = [rate('candidate.revision'), rate('stable.revision')];
    // Found out when it has most of the requests, and the stable is at its smallest.
    const greedy = {
      name: 'greedy',
      kind: 'query',
      query: `${candidate} / (${candidate} + ${stable})`,
      fail: 'result > 0.65',
    };
    const model = await WatchedModel.serve(bed, 'returns', {
      version: '1',
      spec: { ...follow, analysis: { interval: '1s', metrics: [greedy] } },
    });
    const load = model.load();
    await model.apply({ version: '2' });
    const { status } = await model.outcome(1);
    await model.untilReplicas('v2', 0);
    await load.stop();

    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed', weight: 0 });
    expect(status?.phases?.map(({ phase }) => phase)).toContain('Returning');
    expectServed(load, ['v1 200', 'v2 200'], 'v1');
    expect(sizesOf(model, 'v1')).toEqual([4, 3, 2, 1, 4]);
    const weights = model.route.objects.map((route) => model.weightOf('v2', route));
    const back = weights.slice(weights.indexOf(750));
    expect(back).toEqual([...back].sort((left, right) => right - left));
  });
});

describe('a canary on plain Services', () => {
  it('moves pod by pod, and no request fails', async () => {
    const steps = [
      { weight: 25, hold: '2s' },
      { weight: 50, hold: '2s' },
    ];
    const model = await WatchedModel.serve(bed, 'ratio', {
      version: '1',
      spec: {
        replicas: 3,
        traffic: { service: {} },
        strategy: { canary: { steps, bake: { duration: '2s' } } },
      },
    });
    const load = model.load({ host: await routeOfUser(bed, model.name) });
    await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await model.untilReplicas('v1', 0);
    await load.stop();
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
  });
});

describe('the API server restarts', () => {
  it('in the middle of a promotion: it is finished, and no request fails', async () => {
    const model = await WatchedModel.serve(bed, 'promotion', {
      version: '1',
      spec: { ...blueGreen, analysis },
    });
    const load = model.load();
    await model.apply({ version: '2' });
    await model.rollouts.until(
      'the switch is decided',
      ({ object }) => object['status']?.phase === 'Promoting',
    );
    await bed.cluster.restartComponent('kube-apiserver');
    const { status } = await model.outcome(1, { timeoutMs: 120_000 });
    await model.untilReplicas('v1', 0);
    await load.stop();

    expect(status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=0 v2=1000', 'v2=1000']);
  });
});
