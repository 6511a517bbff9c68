import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type KubernetesObject, resourceKinds } from '../../src/kubernetes/resource.ts';
import { errorAndLatencyAnalysis as analysis } from '../support/analysis.ts';
import { askOnce, type GatewayLoad } from '../support/gateway-load.ts';
import { KilledController, record } from '../support/killed-controller.ts';
import { TestBed } from '../support/test-bed.ts';
import { routeOfUser } from '../support/user-route.ts';
import { waitFor } from '../support/wait-for.ts';
import { WatchedModel } from '../support/watched-model.ts';

jest.setTimeout(180_000);

/** A shadow with real requests: the candidate gets copies of them all, and no client an answer of it. */
let bed: TestBed;
let controller: KilledController;

beforeAll(async () => {
  bed = await TestBed.start();
  controller = await KilledController.install(bed);
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

const shadow = (more: object = {}) => ({
  strategy: { shadow: { duration: '5s', minRequests: 200, bake: { duration: '2s' }, ...more } },
});

const isMirroring = (route: KubernetesObject): boolean =>
  (route['spec'].rules as { filters?: { type: string }[] }[]).some(({ filters = [] }) =>
    filters.some(({ type }) => type === 'RequestMirror'),
  );

/** Users noticed nothing: every request had a good answer, soon, and of no other version than these. */
function expectUnnoticed(load: GatewayLoad, versions: string[]): void {
  expect(load.failuresOnTheWay()).toEqual([]);
  expect(Object.keys(load.counts()).sort()).toEqual(versions.map((version) => `${version} 200`));
}

describe('a good version', () => {
  let model: WatchedModel;
  let load: GatewayLoad;
  let copies: number;

  it('gets a copy of the requests, counted at its own pod, and no client an answer of it', async () => {
    model = await WatchedModel.serve(bed, 'good', {
      version: '1',
      spec: { ...shadow({ duration: '10s' }), analysis, replicas: 1 },
    });
    load = model.load();
    await model.apply({ version: '2' });
    // A look at the pod past its mirror: each is a request of our own.
    await model.services.until(
      'the candidate has its Service',
      ({ object }) => object.metadata.name === `good-${model.revisionOf('v2')}`,
    );
    const host = await routeOfUser(bed, `good-${model.revisionOf('v2')}`);
    const servedByCandidate = async () => (await askOnce(bed.cluster.gatewayUrl, host)).served ?? NaN;
    await model.until('copies', ({ traffic }) => traffic?.mirrored === 100 && traffic.acknowledged);
    await waitFor('the gateway copies', async () => {
      const before = await servedByCandidate();
      return (await servedByCandidate()) - before > 1;
    });
    const [sentBefore, servedBefore] = [load.answers.length, await servedByCandidate()];
    await waitFor('300 requests were sent', () => load.answers.length - sentBefore >= 300);
    copies = (await servedByCandidate()) - servedBefore - 1;
    const sent = load.answers.length - sentBefore;
    const status = await model.status();
    const { status: record } = await model.outcome(1);
    await model.until('has ended', ({ phase }) => phase === 'Paused' || phase === 'Healthy');
    await load.stop();

    // Those under way at either end may be on the other side of a look.
    expect(copies).toBeGreaterThan(0.9 * sent - 10);
    expect(copies).toBeLessThan(1.1 * sent + 10);
    expect(status.traffic).toMatchObject({ desired: 0, applied: 0, mirrored: 100 });
    expect(record).toMatchObject({ outcome: 'Completed', reason: 'ShadowCompleted', weight: 0 });
    expectUnnoticed(load, ['v1']);
  });

  it('leaves a report on both over the same requests', async () => {
    const { report = [] } = (await model.outcome(1)).status!;
    expect(report.map(({ metric, verdict }) => `${metric} ${verdict}`)).toEqual([
      'errors Pass',
      'latency Pass',
    ]);
    for (const { candidate, stable } of report) {
      expect(candidate?.requests).toBeGreaterThanOrEqual(200);
      expect(stable?.requests).toBeGreaterThanOrEqual(200);
      expect(candidate?.requests).toBeLessThanOrEqual(load.answers.length);
    }
  });

  it('has no weight in any version of the route, and at the end nothing mirrors any more', async () => {
    await model.untilReplicas('v2', 0);
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=1000']);
    expect(isMirroring((await bed.get(resourceKinds.httpRoute, 'good'))!)).toBe(false);
    await waitFor('the mirror Service is gone', async () => {
      const name = `good-${model.revisionOf('v2')}-mirror`;
      return (await bed.get(resourceKinds.service, name)) === undefined;
    });
  });
});

describe('a good version with a canary behind the copies', () => {
  it('goes on in steps, and a route never has copies beside a weight', async () => {
    const model = await WatchedModel.serve(bed, 'further', {
      version: '1',
      spec: {
        ...shadow({ then: 'canary', steps: [{ weight: 20, hold: '2s' }] }),
        analysis,
      },
    });
    const load = model.load();
    await model.apply({ version: '2' });
    const { status } = await model.outcome(1);
    await model.untilReplicas('v1', 0);
    await load.stop();

    expect(status).toMatchObject({ outcome: 'Promoted', weight: 100 });
    expect(status?.report?.map(({ verdict }) => verdict)).toEqual(['Pass', 'Pass']);
    expectUnnoticed(load, ['v1', 'v2']);
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=800 v2=200', 'v1=0 v2=1000', 'v2=1000']);
    const mirroring = model.route.objects.filter(isMirroring);
    expect(mirroring.length).toBeGreaterThan(0);
    expect(new Set(mirroring.map((route) => model.weightOf('v2', route)))).toEqual(new Set([0]));
    const lastCopies = model.route.versions.findLast(({ object }) => isMirroring(object))!.atMs;
    const first = Math.min(...load.answersOf('v2').map(({ sentAtMs }) => sentAtMs));
    expect(first).toBeGreaterThan(lastCopies);
  });
});

describe('SIGKILL of the controller while requests are copied', () => {
  it('law 12: copies are counted on, the report is written, and no client noticed', async () => {
    const model = await WatchedModel.serve(bed, 'crash', {
      version: '1',
      spec: { ...shadow({ duration: '8s' }), analysis },
    });
    const load = model.load();
    await model.apply({ version: '2' });
    const copying = { at: 'the route copies', history: () => model.route };
    await controller.killAt({ ...copying, is: ({ object }) => isMirroring(object) }, model);
    await controller.killAt(
      record('the copies are acknowledged', ({ phase, step }) => {
        return phase === 'Stepping' && step.appliedAt !== undefined;
      }),
      model,
    );
    const { status } = await model.outcome(1);
    await model.untilReplicas('v2', 0);
    await load.stop();

    expect(status).toMatchObject({ outcome: 'Completed', weight: 0 });
    expect(status?.report?.map(({ verdict }) => verdict)).toEqual(['Pass', 'Pass']);
    for (const { candidate } of status?.report ?? []) {
      expect(candidate?.requests).toBeGreaterThanOrEqual(200);
      expect(candidate?.requests).toBeLessThanOrEqual(load.answers.length);
    }
    expectUnnoticed(load, ['v1']);
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=1000']);
    expect(await model.rollout(2)).toBeUndefined();
  });
});

describe('a version that fails on copies', () => {
  it('is found out, and no client ever met it', async () => {
    const model = await WatchedModel.serve(bed, 'bad', { version: '1', spec: { ...shadow(), analysis } });
    const load = model.load();
    await model.apply({ version: '2', env: { ERROR_RATE: '0.3' } });
    const { status } = await model.outcome(1);
    await model.untilReplicas('v2', 0);
    await load.stop();

    expect(status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'AnalysisFailed',
      weight: 0,
      remembered: true,
    });
    const errors = status?.report?.find(({ metric }) => metric === 'errors');
    expect(errors).toMatchObject({ verdict: 'Fail', stable: { value: 0 } });
    expect(errors?.candidate?.value).toBeGreaterThan(0.05);
    expectUnnoticed(load, ['v1']);
    expect(model.splits()).toEqual(['v1=1000', 'v1=1000 v2=0', 'v1=1000']);
  });
});

describe('law 8: a dead mirror target', () => {
  const deaths: [string, string, Record<string, string>][] = [
    ['breaks every connection', 'resets', { RESETS: '1' }],
    ['answers after twenty seconds', 'hangs', { LATENCY_MS: '20000' }],
  ];

  it.each(deaths)('that %s slows and fails no request', async (_name, name, env) => {
    const model = await WatchedModel.serve(bed, name, {
      version: '1',
      spec: { ...shadow({ minRequests: 0 }) },
    });
    const load = model.load({ rate: 50 });
    await model.apply({ version: '2', env });
    const { status } = await model.outcome(1);
    await load.stop();

    expect(model.route.objects.some(isMirroring)).toBe(true);
    expect(status).toMatchObject({ outcome: 'Completed', weight: 0 });
    expectUnnoticed(load, ['v1']);
    expect(Math.max(...load.answers.map(({ durationMs }) => durationMs))).toBeLessThan(5_000);
  });

  it('that loses all its pods in the middle: copies end, and users notice nothing', async () => {
    const model = await WatchedModel.serve(bed, 'dies', {
      version: '1',
      spec: { ...shadow({ duration: '600s' }) },
    });
    const load = model.load({ rate: 50 });
    await model.apply({ version: '2', env: { READY_AFTER_MS: '1500' } });
    await model.until('copies', ({ traffic }) => traffic?.mirrored === 100 && traffic.acknowledged);
    const killedAtMs = Date.now();
    for (const { metadata } of await model.pods('v2')) await bed.delete(resourceKinds.pod, metadata.name);
    const ended = await model.route.until(
      'nothing is copied any more',
      ({ object, atMs }) => atMs > killedAtMs && !isMirroring(object),
    );
    await model.route.until(
      'the new pods get copies',
      ({ object, atMs }) => atMs > ended.atMs && isMirroring(object),
    );
    // The user has seen enough.
    await model.apply({ version: '1' });
    expect((await model.outcome(1)).status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'RevertedByUser',
    });
    await load.stop();
    expectUnnoticed(load, ['v1']);
    expect(Math.max(...load.answers.map(({ durationMs }) => durationMs))).toBeLessThan(5_000);
  });
});
