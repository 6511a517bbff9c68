import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import { errorAnalysis as analysis } from '../support/analysis.ts';
import { KilledController, type Place } from '../support/killed-controller.ts';
import { expectServed } from '../support/served.ts';
import { TestBed } from '../support/test-bed.ts';
import { routeOfUser } from '../support/user-route.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** Canaries in which pods of both versions come and go under load: no request may fail that the model did not fail. */
let bed: TestBed;
let controller: KilledController;

beforeAll(async () => {
  bed = await TestBed.start();
  controller = await KilledController.install(bed);
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

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
  const plain = (steps: object[], more: object = {}) => ({
    replicas: 3,
    traffic: { service: {} },
    strategy: { canary: { steps, bake: { duration: '2s' } } },
    ...more,
  });
  /** The apex Service selects pods by this label while a canary runs, and a revision otherwise. */
  const selects = (at: string, label: string): Place => ({
    at,
    history: ({ services }) => services,
    is: ({ object }, { name }) =>
      object.metadata.name === name && object['spec'].selector[label] !== undefined,
  });

  it('moves pod by pod, and no request fails', async () => {
    const steps = [
      { weight: 25, hold: '2s' },
      { weight: 50, hold: '2s' },
    ];
    const model = await WatchedModel.serve(bed, 'ratio', { version: '1', spec: plain(steps) });
    const load = model.load({ host: await routeOfUser(bed, model.name) });
    await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await model.untilReplicas('v1', 0);
    await load.stop();
    expectServed(load, ['v1 200', 'v2 200'], 'v2');
  });

  it('is taken back by a controller that is killed on the way there and back, and no request fails', async () => {
    const model = await WatchedModel.serve(bed, 'taken', {
      version: '1',
      spec: plain([{ weight: 50, hold: '120s' }]),
    });
    const load = model.load({ host: await routeOfUser(bed, model.name) });
    await model.apply({ version: '2' });
    await controller.killAt(selects('the selector is by label', labels.live), model);
    await model.until(
      'has its share',
      ({ traffic }) => traffic?.acknowledged === true && traffic.applied === 50,
    );
    // Back to the old version: the selector goes first.
    const since = model.services.versions.length;
    await model.apply({ version: '1' });
    const back = selects('the selector is by revision again', labels.revision);
    await controller.killAt(
      {
        ...back,
        is: (version, of) => model.services.versions.indexOf(version) >= since && back.is(version, of),
      },
      model,
    );
    expect((await model.outcome(1)).status).toMatchObject({ outcome: 'RolledBack', weight: 0 });
    await model.untilReplicas('v2', 0);
    await load.stop();
    expectServed(load, ['v1 200', 'v2 200'], 'v1');
  });
});
