import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GatewayLoad } from '../../support/gateway-load.ts';
import { TestBed } from '../../support/test-bed.ts';
import { waitFor } from '../../support/wait-for.ts';
import { totalOf, WatchedModel } from '../../support/watched-model.ts';
import { resolveKubectl } from '../../../tools/local-cluster/binaries/binaries.ts';

/* The scenarios in which Kubernetes or the data plane decides, on one real API server, gateway and Prometheus. */
let bed: TestBed;
let kubectl: string;

const analysis = {
  minRequests: 20,
  interval: '1s',
  metrics: [
    { name: 'errors', kind: 'errorRate', max: 0.2 },
    { name: 'latency', kind: 'latency', objective: { threshold: '500ms', max: 0.2 } },
  ],
};
const canary = (steps: object[], more: object = {}) => ({
  strategy: { canary: { steps, bake: { duration: '2s' }, ...more } },
});
const weight = (weight: number, hold = '2s') => ({ weight, hold });

/** Users who send twenty requests a second. */
const loadOf = (model: WatchedModel, headers: Record<string, string> = {}): GatewayLoad =>
  model.load({ rate: 20, headers });

beforeAll(async () => {
  [bed, kubectl] = await Promise.all([TestBed.start(), resolveKubectl()]);
  await bed.installController();
}, 600_000);

afterAll(() => bed?.stop(), 60_000);

/** What all of them promise: no request failed on the way, and every route sums to the total. */
function expectPromises(model: WatchedModel, ...loads: GatewayLoad[]): void {
  for (const load of loads) {
    expect(load.failuresOnTheWay()).toEqual([]);
    expect(load.answers.length).toBeGreaterThan(20);
  }
  for (const rule of model.route.objects.flatMap(({ spec }) => spec.rules)) {
    expect(totalOf({ ...model.route.objects[0]!, spec: { rules: [rule] } })).toBe(1000);
  }
}

const statusesOf = (load: GatewayLoad, version: string): number[] =>
  [...new Set(load.answersOf(version).map(({ status }) => status))].sort();

describe('a canary through a real gateway', () => {
  it('S57: goes from 10 to 50 percent and on, and the next one, half of whose answers are errors, back to 100/0', async () => {
    const spec = { ...canary([weight(10), weight(50)]), analysis };
    const model = await WatchedModel.serve(bed, 'route', { version: '1', spec });
    const load = model.load({ rate: 60 });
    await model.apply({ version: '2' });
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await model.apply({ version: '3', env: { ERROR_RATE: '0.5' } });
    const { status } = await model.outcome(2);
    await model.untilReplicas('v3', 0);
    await load.stop();
    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    const ofThird = model.splits().filter((split) => split.includes('v3='));
    const withoutDrained = ofThird.map((split) => split.replace('v1=0 ', ''));
    expect([...new Set(withoutDrained)]).toEqual(['v2=1000 v3=0', 'v2=900 v3=100']);
    expect(model.splits().at(-1)).toBe('v2=1000');
    expect([statusesOf(load, 'v1'), statusesOf(load, 'v2')]).toEqual([[200], [200]]);
    expect(statusesOf(load, 'v3')).toContain(500);
    expectPromises(model, load);
  });

  it('S56: takes a version back that is slower by a second', async () => {
    const spec = { ...canary([weight(50, '60s')]), analysis };
    const model = await WatchedModel.serve(bed, 'slow', { version: '1', spec });
    const load = loadOf(model);
    await model.apply({ version: '2', env: { LATENCY_MS: '1000' } });
    const { status } = await model.outcome(1);
    await load.stop();
    expect(status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    expect(status?.message).toMatch(/latency/);
    expect(model.splits()).toContain('v1=500 v2=500');
    expectPromises(model, load);
  });
});

describe('rules of a real gateway', () => {
  const asTester = { 'x-tester': 'true' };
  const withCookie = { cookie: 'a=b;beta=true;c=d' };
  const stays = (load: GatewayLoad, from: number) =>
    new Set(load.answers.slice(from).map(({ model }) => model));

  it('S40: send testers to the candidate by a header, nobody else, and are gone in the end', async () => {
    const match = { headers: [{ name: 'x-tester', value: 'true' }] };
    const spec = canary([{ match, hold: '4s' }, weight(100, '1s')]);
    const model = await WatchedModel.serve(bed, 'testers', { version: '1', spec });
    const [users, testers] = [loadOf(model), loadOf(model, asTester)];
    await model.apply({ version: '2' });
    await waitFor('a tester gets v2', () => testers.answersOf('v2').length > 0);
    const [usersFrom, testersFrom] = [users.answers.length, testers.answers.length];
    await waitFor('twenty more', () => testers.answers.length > testersFrom + 20);
    expect([stays(users, usersFrom), stays(testers, testersFrom)]).toEqual([
      new Set(['v1']),
      new Set(['v2']),
    ]);
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await model.route.until('one rule is left', ({ object }) => object['spec'].rules.length === 1);
    await Promise.all([users.stop(), testers.stop()]);
    expectPromises(model, users, testers);
  });

  it('S41: send users with a cookie to the candidate while a pause is open, and nobody else', async () => {
    const match = {
      headers: [{ name: 'cookie', type: 'RegularExpression', value: '^(.*;)?(beta=true)(;.*)?$' }],
    };
    const spec = canary([{ match }, { pause: { duration: '5s' } }, weight(100, '1s')]);
    const model = await WatchedModel.serve(bed, 'cookies', { version: '1', spec });
    const [users, beta] = [loadOf(model), loadOf(model, withCookie)];
    await model.apply({ version: '2' });
    await waitFor('a user with the cookie gets v2', () => beta.answersOf('v2').length > 0);
    const [usersFrom, betaFrom] = [users.answers.length, beta.answers.length];
    await waitFor('twenty more', () => beta.answers.length > betaFrom + 20);
    expect([stays(users, usersFrom), stays(beta, betaFrom)]).toEqual([new Set(['v1']), new Set(['v2'])]);
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await Promise.all([users.stop(), beta.stop()]);
    expectPromises(model, users, beta);
  });

  it('S43: copy every request in their step, and no user has an answer of a copy', async () => {
    const mirror = { duration: '4s', minRequests: 20 };
    const model = await WatchedModel.serve(bed, 'copies', {
      version: '1',
      spec: { ...canary([{ mirror }, weight(100, '1s')]), analysis: { ...analysis, metrics: [] } },
    });
    const load = loadOf(model);
    await model.apply({ version: '2' });
    await model.until('copies', ({ traffic }) => traffic?.mirrored === 100 && traffic.acknowledged);
    expect(load.answersOf('v2')).toEqual([]);
    const before = model.route.objects.findIndex((route) => model.weightOf('v2', route) > 0);
    expect(before).toBe(-1);
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await load.stop();
    const firstOfNew = load.answers.findIndex((answer) => answer.model === 'v2');
    const raised = model.route.versions.find(({ object }) => model.weightOf('v2', object) > 0)!;
    expect(load.answers[firstOfNew]!.sentAtMs).toBeGreaterThan(raised.atMs - 1_000);
    expectPromises(model, load);
  });

  it('S45: cannot keep clients where the gateway has no sessions, and nothing begins', async () => {
    const spec = canary([weight(50)], { sticky: { cookie: { name: 'understudy' } } });
    const model = await WatchedModel.serve(bed, 'sticky', { version: '1', spec });
    await model.apply({ version: '2' });
    const status = await model.until('says so', ({ message }) => message?.includes('cannot keep clients'));
    expect(status.stable?.revision).toBe(model.revisionOf('v1'));
    expect(await model.rollout(1)).toBeUndefined();
    expect(model.splits()).toEqual(['v1=1000']);
  });
});

describe('Kubernetes itself', () => {
  it('S73: lets an autoscaler scale the model before, in and after a rollout, and starts none by that', async () => {
    const model = await WatchedModel.serve(bed, 'scaled', {
      version: '1',
      spec: { ...canary([weight(50, '20s')]), replicas: 1 },
    });
    const load = loadOf(model);
    const autoscaler = (minReplicas: number, maxReplicas: number) =>
      bed.apply({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'scaled', namespace: 'default' },
        spec: {
          scaleTargetRef: { apiVersion: 'understudy.dev/v1alpha1', kind: 'ModelDeployment', name: 'scaled' },
          minReplicas,
          maxReplicas,
        },
      });
    await autoscaler(2, 4);
    await model.untilReplicas('v1', 2);
    expect(await model.rollout(1)).toBeUndefined();
    await model.apply({ version: '2', spec: { replicas: undefined } });
    await model.until('is at 50%', ({ traffic }) => traffic?.acknowledged && traffic.applied === 50);
    await autoscaler(3, 4);
    await model.untilReplicas('v1', 3);
    expect((await model.outcome(1)).status?.outcome).toBe('Promoted');
    await model.untilReplicas('v2', 3);
    await model.untilReplicas('v1', 0);
    await load.stop();
    const asked = model.deployments.objects
      .filter(({ metadata }) => metadata.name === `scaled-${model.revisionOf('v1')}`)
      .map(({ spec }) => spec.replicas as number);
    expect(asked.filter((replicas, at) => replicas !== asked[at - 1])).toEqual([1, 2, 3, 0]);
    expectPromises(model, load);
  });

  it('S82: lets kubectl wait for a pause and for readiness', async () => {
    const wait = (condition: string) =>
      promisify(execFile)(kubectl, [
        '--kubeconfig',
        bed.cluster.kubeconfigPath,
        'wait',
        `--for=condition=${condition}`,
        '--timeout=90s',
        'modeldeployment/waited',
      ]);
    const model = await WatchedModel.serve(bed, 'waited', {
      version: '1',
      spec: canary([weight(50, '1s'), { pause: { duration: '6s' } }]),
    });
    await wait('Ready');
    await model.apply({ version: '2' });
    await wait('Paused');
    const paused = await model.status();
    expect(paused.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('False');
    await wait('Ready');
    expect((await model.status()).stable?.revision).toBe(model.revisionOf('v2'));
  });
});
