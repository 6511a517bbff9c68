import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { labels } from '../../src/api/group.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { errors } from '../support/analysis.ts';
import type { GatewayLoad } from '../support/gateway-load.ts';
import { gatewayTraffic } from '../support/model-deployment.ts';
import { expectServed } from '../support/served.ts';
import { TestBed } from '../support/test-bed.ts';
import { routeOfUser } from '../support/user-route.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel, decisionsOf, totalOf } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** Blue-green with real requests, while everything moves: what users and testers were served, and when. */
let bed: TestBed;

beforeAll(async () => {
  bed = await TestBed.start();
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const blueGreen = (more: object = {}) => ({
  strategy: { blueGreen: { preAnalysis: { hold: '2s' }, bake: { duration: '4s' }, ...more } },
});
/** Envoy follows the route within a moment; requests that were under way then count for neither side. */
const followMs = 2_000;

const modelsOf = (load: GatewayLoad, from = -Infinity, to = Infinity): Set<string | undefined> =>
  new Set(load.answers.filter(({ sentAtMs }) => sentAtMs > from && sentAtMs < to).map(({ model }) => model));

/** When the route was first seen to say this split. */
const splitAtMs = async (model: WatchedModel, split: string): Promise<number> =>
  (await model.route.until(split, ({ object }) => model.splitOf(object) === split)).atMs;

describe('through a gateway', () => {
  let model: WatchedModel;
  let users: GatewayLoad;
  let testers: GatewayLoad;

  it('a good version: testers first, then everybody in one switch, and no request fails', async () => {
    const preview = 'preview-green.example.com';
    const { gatewayAPI } = gatewayTraffic('green');
    model = await WatchedModel.serve(bed, 'green', {
      version: '1',
      spec: {
        ...blueGreen({ previewReplicas: 1, postAnalysis: { metrics: [errors] } }),
        traffic: { gatewayAPI: { ...gatewayAPI, preview: { hostnames: [preview] } } },
        analysis: { minRequests: 20, interval: '1s' },
      },
    });
    users = model.load();
    testers = model.load({ host: preview, rate: 20 });
    await model.apply({ version: '2' });
    const { status } = await model.outcome(1);
    await model.untilReplicas('v1', 0);
    await model.until('is healthy', ({ phase }) => phase === 'Healthy');
    await users.stop();
    await testers.stop();

    expect(status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    expect(users.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(users.counts()).sort()).toEqual(['v1 200', 'v2 200']);
  });

  it('law 2: there is nothing between none and all', async () => {
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=0 v2=1000', 'v2=1000']);
    expect(new Set(model.route.objects.map(totalOf))).toEqual(new Set([1000]));
    expect(decisionsOf(await model.outcome(1))).toEqual([
      'StepEntered 0%',
      'StepEntered 0%',
      'WeightRaised 100%',
      'RoleTaken 100%',
      'Promoted 100%',
    ]);
  });

  it('users got the old version until the switch and the new one from then on; testers had it before', async () => {
    const switchedAtMs = await splitAtMs(model, 'v1=0 v2=1000');
    expect(modelsOf(users, -Infinity, switchedAtMs - 200)).toEqual(new Set(['v1']));
    expect(modelsOf(users, switchedAtMs + followMs)).toEqual(new Set(['v2']));
    const tested = testers.answersOf('v2').filter(({ sentAtMs }) => sentAtMs < switchedAtMs - 200);
    expect(tested.length).toBeGreaterThan(10);
  });

  it('law 1: all pods were ready before the switch, though the preview had one', async () => {
    const switchedAtMs = await splitAtMs(model, 'v1=0 v2=1000');
    const green = model.deployments.versions.filter(
      ({ object, atMs }) =>
        object.metadata.name === `green-${model.revisionOf('v2')}` && atMs <= switchedAtMs,
    );
    expect([...new Set(green.map(({ object }) => object['spec'].replicas))]).toEqual([1, 2]);
    expect(green.at(-1)?.object['status']).toMatchObject({ readyReplicas: 2 });
  });

  it('a version that fails with live requests: one switch back, and no failure but its own', async () => {
    const load = model.load();
    await model.apply({ version: '3', env: { ERROR_RATE: '0.3' } });
    const { status } = await model.outcome(2);
    await model.untilReplicas('v3', 0);
    await load.stop();

    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed', weight: 0 });
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(load.counts()).sort()).toEqual(['v2 200', 'v3 200', 'v3 500']);
    expect(model.splits().slice(4)).toEqual(['v2=1000 v3=0', 'v2=0 v3=1000', 'v2=1000 v3=0', 'v2=1000']);
    const backAtMs = model.route.versions.findLast(
      ({ object }) => model.splitOf(object) === 'v2=0 v3=1000',
    )!.atMs;
    expect(Math.max(...load.answersOf('v3').map(({ sentAtMs }) => sentAtMs))).toBeGreaterThan(backAtMs);
    expect(new Set(load.answers.slice(-50).map((answer) => answer.model))).toEqual(new Set(['v2']));
  });

  it('law 5: users met the bad version for no longer than it took to count twenty requests', () => {
    const shown = model.route.versions.filter(({ object }) => /v3=/.test(model.splitOf(object)));
    const switched = shown.find(({ object }) => model.splitOf(object) === 'v2=0 v3=1000')!;
    const back = shown.find(
      ({ object, atMs }) => atMs > switched.atMs && model.splitOf(object) === 'v2=1000 v3=0',
    )!;
    // Two scrapes and two looks, of a second each, and a busy machine.
    expect(back.atMs - switched.atMs).toBeLessThan(10_000);
  });
});

describe('a change of mind during the bake', () => {
  const spec = {
    ...blueGreen({ bake: { duration: '600s' } }),
    analysis: { minRequests: 20, interval: '1s', metrics: [errors] },
  };
  const baking = async (name: string): Promise<{ model: WatchedModel; users: GatewayLoad }> => {
    const model = await WatchedModel.serve(bed, name, { version: '1', spec });
    const users = model.load();
    await model.apply({ version: '2' });
    await model.until('bakes', ({ phase }) => phase === 'Baking');
    return { model, users };
  };

  it('back to the old version: everybody is moved back in one switch, and no request fails', async () => {
    const { model, users } = await baking('regret');
    await model.apply({ version: '1' });
    const { status } = await model.outcome(1);
    await model.untilReplicas('v2', 0);
    await users.stop();
    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'RevertedByUser' });
    expectServed(users, ['v1 200', 'v2 200'], 'v1');
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=0 v2=1000', 'v1=1000 v2=0', 'v1=1000']);
  });

  it('on to a third version: nobody goes back to the first, and no request fails', async () => {
    const { model, users } = await baking('onward');
    await model.apply({ version: '3' });
    expect((await model.outcome(1)).status).toMatchObject({ outcome: 'Superseded', weight: 100 });
    await model.until('bakes the third', ({ phase, stable }) => {
      return phase === 'Baking' && stable?.revision === model.revisionOf('v3');
    });
    await model.untilReplicas('v1', 0);
    const seen = users.answers.length;
    await waitFor('users go on', () => users.answers.length > seen + 200);
    await users.stop();
    expectServed(users, ['v1 200', 'v2 200', 'v3 200'], 'v3');
    const [switched] = model.splits().filter((split) => split.includes('v2=1000'));
    const shares = model.route.objects.slice(
      model.route.objects.findIndex((route) => model.splitOf(route) === switched),
    );
    expect(new Set(shares.map((route) => model.weightOf('v1', route)))).toEqual(new Set([0]));
  });
});

describe('on plain Services', () => {
  let model: WatchedModel;

  const selections = (): string[] => {
    const apex = model.services.objects.filter(({ metadata }) => metadata.name === model.name);
    const selected = apex.map(({ spec: { selector } }) => {
      const found = ['v1', 'v2', 'v3'].find((name) => model.knows(name, selector[labels.revision]));
      return found ?? JSON.stringify(selector);
    });
    return selected.filter((selection, index) => selection !== selected[index - 1]);
  };

  it('a good version: the selector moves everybody, and no request fails', async () => {
    model = await WatchedModel.serve(bed, 'plain', {
      version: '1',
      spec: { ...blueGreen(), traffic: { service: {} } },
    });
    const users = model.load({ host: await routeOfUser(bed, model.name) });
    await model.apply({ version: '2' });
    const { status } = await model.outcome(1);
    await model.untilReplicas('v1', 0);
    await users.stop();

    expect(status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    expect(users.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(users.counts()).sort()).toEqual(['v1 200', 'v2 200']);
    expect(selections()).toEqual(['v1', 'v2']);
    const switched = model.services.versions.find(
      ({ object }) =>
        object.metadata.name === model.name && model.knows('v2', object['spec'].selector[labels.revision]),
    )!;
    expect(modelsOf(users, -Infinity, switched.atMs - 200)).toEqual(new Set(['v1']));
    expect(modelsOf(users, switched.atMs + followMs)).toEqual(new Set(['v2']));
  });

  it('a version that a query finds out: the selector moves everybody back, and no request fails', async () => {
    const users = model.load({ host: `own-${model.name}.example.com` });
    const wrongFrom = Math.ceil(Date.now() / 1_000) + 12;
    const trouble = { name: 'trouble', kind: 'query', query: `time() - ${wrongFrom}`, fail: 'result >= 0.0' };
    await model.apply({
      version: '3',
      spec: {
        ...blueGreen({ postAnalysis: { metrics: [trouble] }, bake: { duration: '120s' } }),
        analysis: { interval: '1s' },
      },
    });
    const { status } = await model.outcome(2);
    await model.untilReplicas('v3', 0);
    await users.stop();

    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed', weight: 0 });
    expect(users.failuresOnTheWay()).toEqual([]);
    expect(Object.keys(users.counts()).sort()).toEqual(['v2 200', 'v3 200']);
    expect(selections()).toEqual(['v1', 'v2', 'v3', 'v2']);
    expect(new Set(users.answers.slice(-50).map((answer) => answer.model))).toEqual(new Set(['v2']));
  });

  it('law 6: the old pods were all there until the bake was over', async () => {
    const bakedAtMs = Date.parse((await model.outcome(1)).status!.endedAt!);
    const blue = model.deployments.versions.filter(
      ({ object, atMs }) => object.metadata.name === `plain-${model.revisionOf('v1')}` && atMs < bakedAtMs,
    );
    expect(new Set(blue.map(({ object }) => object['spec'].replicas))).toEqual(new Set([2]));
  });

  it('the preview is a Service that selects the candidate, and then the stable', async () => {
    const preview = model.services.objects.filter(({ metadata }) => metadata.name === 'plain-preview');
    const selected = preview.map(({ spec: { selector } }) =>
      ['v1', 'v2', 'v3'].find((name) => model.knows(name, selector[labels.revision])),
    );
    expect(selected.filter((version, index) => version !== selected[index - 1])).toEqual([
      'v1',
      'v2',
      'v3',
      'v2',
    ]);
    expect(await bed.get(resourceKinds.httpRoute, 'plain-preview')).toBeUndefined();
  });
});
