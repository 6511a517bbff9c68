import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RouteExtras } from '../../src/domain/traffic/route-extras.ts';
import { type ApexSelection, backendsFor, type TrafficIntent } from '../../src/domain/traffic/split.ts';
import { resourceKinds } from '../../src/kubernetes/resource.ts';
import { PrometheusMetricsSource } from '../../src/metrics-source/prometheus-metrics-source.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { GatewayLoad } from '../support/gateway-load.ts';
import { gatewayTraffic } from '../support/model-deployment.ts';
import { type AskedRequest, RouterBed } from '../support/router-bed.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(120_000);

/*
 * What a real gateway, Contour with Envoy, does with the rules of testers, copies and previews: counted at the pods, not read
 * from objects.
 */
const clock = new SystemClock();
const previewHost = 'preview.example.com';
const asTester: AskedRequest = { headers: { 'x-tester': 'true' } };
const headers = [{ name: 'x-tester', type: 'Exact' as const, value: 'true' }];

let bed: RouterBed;
let source: PrometheusMetricsSource;
let stable: string;
let candidate: string;
let apex: ApexSelection;

beforeAll(async () => {
  bed = await RouterBed.start();
  source = new PrometheusMetricsSource(
    { name: 'default', url: bed.bed.cluster.prometheusUrl, scrapeIntervalMs: 1_000, timeoutMs: 5_000 },
    { clock },
  );
  const [v1, v2] = [bed.identity('1'), bed.identity('2')];
  stable = v1.revision;
  candidate = v2.revision;
  apex = { kind: 'revision', revision: stable };
  await Promise.all([bed.bringUp(v1, 2), bed.bringUp(v2, 1)]);
  await settle({});
}, 600_000);

afterAll(async () => {
  await source?.close();
  await bed?.stop();
}, 60_000);

const intent = (extras: RouteExtras & { preview?: string }, weight = 0): TrafficIntent => ({
  kind: 'weighted',
  backends: backendsFor(stable, { revision: candidate, weight }, []),
  ...extras,
});
const settle = (extras: RouteExtras & { preview?: string }, weight = 0) =>
  bed.settle(intent(extras, weight), apex);
const testers = () => ({ revision: candidate, matches: [{ headers }] });

/** Law 7 is about the gateway's word; Envoy follows within a moment. */
const untilAll = (model: string, asked: AskedRequest = {}) =>
  waitFor(`${model} answers ${JSON.stringify(asked)}`, async () => {
    const answers = await bed.requests(30, asked);
    return answers[model] === 30 ? answers : Promise.reject(new Error(JSON.stringify(answers)));
  });
const mirrored = (revision: string, mirrorService: boolean) =>
  bed.workload(revision, { kind: 'keep', revision, replicas: 1, mirrorService });
/** Asks the candidate's only pod, which is one request more for it. */
const servedByCandidate = async () => (await bed.ask(asTester)).served;
const countOf = async (service: string): Promise<number> => {
  const cluster = `envoy_cluster_name="default_${service}_80"`;
  const found = await source.instant(`sum(envoy_cluster_upstream_rq_total{${cluster}})`);
  return found.kind === 'value' ? found.value : 0;
};

describe('testers', () => {
  it('reach the candidate by a header, and nobody else does', async () => {
    await settle({ testers: testers() });
    await untilAll('v2', asTester);
    await untilAll('v1');
    await untilAll('v1', { headers: { 'x-tester': 'no' } });
    await untilAll('v2', { headers: { 'X-Tester': 'true' }, path: '/any/path' });
    expect((await bed.read()).extras).toEqual({ testers: testers() });
    expect(await bed.pass(intent({ testers: testers() }), apex)).toEqual([]);
  });

  it('reach it by a query on a path, beside another match', async () => {
    const matches = [
      {
        path: { type: 'PathPrefix' as const, value: '/v2' },
        queryParams: [{ name: 'debug', type: 'Exact' as const, value: '1' }],
      },
      { headers: [{ name: 'x-team', type: 'RegularExpression' as const, value: '(ml|ops)' }] },
    ];
    await settle({ testers: { revision: candidate, matches } });
    await untilAll('v2', { path: '/v2/models?debug=1' });
    await untilAll('v1', { path: '/v2/models?debug=2' });
    await untilAll('v1', { path: '/v20?debug=1' });
    await untilAll('v2', { headers: { 'x-team': 'ops' } });
    await untilAll('v1', { headers: { 'x-team': 'sales' } });
    expect((await bed.read()).extras.testers).toEqual({ revision: candidate, matches });
  });

  it('are repaired when somebody lets everybody in', async () => {
    await settle({ testers: testers() });
    const { httpRoute } = await bed.objects();
    const rules = structuredClone(httpRoute!['spec'].rules);
    rules[0].matches = [{ path: { type: 'PathPrefix', value: '/' } }];
    await bed.bed.merge(resourceKinds.httpRoute, bed.name, { spec: { rules } });
    expect((await bed.read()).extras.testers).not.toEqual(testers());
    expect(await bed.pass(intent({ testers: testers() }), apex)).toHaveLength(1);
    await untilAll('v1');
    await untilAll('v2', asTester);
  });

  it('are gone at the end', async () => {
    await settle({});
    await untilAll('v1', asTester);
    expect((await bed.read()).extras).toEqual({});
  });
});

describe('copies', () => {
  const mirror = () => ({ revision: candidate, percent: 100 });

  it('law 8: reach the candidate, every one, and no answer of theirs reaches a client', async () => {
    expect(await mirrored(candidate, true)).toMatchObject([
      { verb: 'create', object: { metadata: { name: `${bed.name}-${candidate}-mirror` } } },
    ]);
    expect(await bed.revision(candidate)).toMatchObject({ ready: 1, hasMirrorService: true });
    await settle({ testers: testers(), mirror: mirror() });
    await untilAll('v2', asTester);
    await waitFor('the gateway copies', async () => {
      const before = await servedByCandidate();
      await bed.ask();
      return (await servedByCandidate()) - before >= 2;
    });
    const before = await servedByCandidate();
    expect(await bed.requests(200)).toEqual({ v1: 200 });
    await waitFor('every copy has come', async () => {
      const reached = (await servedByCandidate()) - before;
      return reached >= 200;
    });
    // Each look at the pod is a request of a tester, and testers are not copied.
    const looked = await servedByCandidate();
    expect(await servedByCandidate()).toBe(looked + 1);
  });

  it('have series of their own: what users asked of the candidate is counted apart', async () => {
    const own = `${bed.name}-${candidate}`;
    const settled = async (what: () => Promise<number>) => {
      let last = -1;
      return waitFor('Prometheus has seen everything', async () => {
        const now = await what();
        const same = now === last;
        last = now;
        await clock.sleep(2_500);
        return same ? now : Promise.reject(new Error(`${now} so far`));
      });
    };
    const live = await settled(() => countOf(own));
    const copies = await settled(() => countOf(`${own}-mirror`));
    expect(await bed.requests(50)).toEqual({ v1: 50 });
    expect(await bed.requests(7, asTester)).toEqual({ v2: 7 });
    await waitFor('the copies are counted', async () => (await countOf(`${own}-mirror`)) >= copies + 50);
    await waitFor('the testers are counted', async () => (await countOf(own)) >= live + 7);
    expect(await settled(() => countOf(`${own}-mirror`))).toBe(copies + 50);
    expect(await settled(() => countOf(own))).toBe(live + 7);
  });

  it('law 3: their Service stays as long as the route names it', async () => {
    expect(await mirrored(candidate, false)).toEqual([]);
    expect((await bed.read()).named).toContain(candidate);
    expect((await bed.read()).extras.mirror).toEqual(mirror());
  });

  it('are of everything here, whatever part is asked for: that is lacking, and said', async () => {
    const { lacking } = await bed.read();
    expect(lacking).toEqual({
      mirrorPercent: expect.stringContaining(
        'Contour does not have the feature HTTPRouteRequestPercentageMirror',
      ),
      sticky: expect.stringContaining('Contour does not have session persistence'),
    });
    await settle({ testers: testers(), mirror: { revision: candidate, percent: 1 } });
    expect((await bed.read()).extras.mirror).toEqual({ revision: candidate, percent: 1 });
    await waitFor('the gateway has taken it over', async () => {
      const before = await servedByCandidate();
      await bed.requests(50);
      return (await servedByCandidate()) - before > 50;
    });
  });

  it('clients are not kept here, which is why it is lacking', async () => {
    const sticky = { kind: 'cookie', name: 'understudy', maxAgeMs: 3_600_000 } as const;
    await settle({ sticky }, 50);
    expect((await bed.read()).extras).toEqual({ sticky });
    const answer = await bed.ask();
    expect(answer.headers['set-cookie']).toBeUndefined();
    // The API server takes every form of it, and gives it back.
    for (const other of [
      { kind: 'cookie', name: 'understudy' },
      { kind: 'header', name: 'x-user' },
    ] as const) {
      await settle({ sticky: other }, 50);
      expect((await bed.read()).extras).toEqual({ sticky: other });
    }
    await settle({});
  });

  it('go with the rule, and then their Service goes', async () => {
    expect((await bed.objects()).httpRoute!['spec'].rules[0].filters).toBeUndefined();
    expect(await mirrored(candidate, false)).toMatchObject([{ verb: 'delete' }]);
    expect(await mirrored(candidate, false)).toEqual([]);
    expect(await bed.revision(candidate)).toMatchObject({
      hasMirrorService: false,
      hasService: true,
      ready: 1,
    });
  });
});

describe('law 8: a dead mirror target', () => {
  const deaths: [string, string, Record<string, string>, number][] = [
    ['breaks every connection', '3', { RESETS: '1' }, 1],
    ['answers after twenty seconds', '4', { LATENCY_MS: '20000' }, 1],
    ['has no pods', '5', {}, 0],
  ];
  it.each(deaths)('that %s slows and fails no live request', async (_name, version, env, replicas) => {
    const dead = bed.identity(version, env);
    const { revision } = dead;
    await bed.bringUp(dead, Math.max(1, replicas));
    await bed.workload(revision, { kind: 'keep', revision, replicas, mirrorService: true });
    if (replicas === 0)
      await waitFor('nobody is there', async () => (await bed.revision(revision)).ready === 0);
    await settle({ mirror: { revision, percent: 100 } });
    // Longer than the gateway takes to follow, so that most requests are copied.
    const load = GatewayLoad.start(bed.bed.cluster.gatewayUrl, bed.name, { rate: 50 });
    await clock.sleep(3_000);
    const slowest = await slowestOf(100);
    const answers = await load.stop();
    expect(answers.filter(({ model, status }) => model !== 'v1' || status !== 200)).toEqual([]);
    expect(slowest).toBeLessThan(2_000);
    await waitFor('it was really asked', async () =>
      replicas === 0 ? true : (await countOf(`${bed.name}-${revision}-mirror`)) > 0,
    );
    await settle({});
    await bed.workload(revision, { kind: 'delete', revision });
  });

  it('a mirror Service that is not there is not acknowledged, and users are served', async () => {
    await bed.pass(intent({ mirror: { revision: candidate, percent: 100 } }), apex);
    await waitFor('the gateway refuses', async () =>
      (await bed.read()).acknowledgement.includes('ResolvedRefs is False'),
    );
    expect((await bed.read()).acknowledged).toBe(false);
    expect(await bed.requests(40)).toEqual({ v1: 40 });
    await settle({});
  });

  async function slowestOf(count: number): Promise<number> {
    let slowest = 0;
    for (let sent = 0; sent < count; sent += 1) slowest = Math.max(slowest, (await bed.ask()).durationMs);
    return slowest;
  }
});

describe('a preview', () => {
  it('reaches the candidate by its Service and under its own host name, and users do not', async () => {
    const { gatewayAPI } = gatewayTraffic(bed.name);
    await bed.edit({ traffic: { gatewayAPI: { ...gatewayAPI, preview: { hostnames: [previewHost] } } } });
    await settle({ preview: candidate });
    const view = await bed.read();
    expect(view).toMatchObject({ preview: candidate, acknowledged: true });
    expect(view.previewProblem).toBeUndefined();
    await untilAll('v2', { host: previewHost });
    await untilAll('v1');
    const { previewService } = await bed.objects();
    expect(previewService!['spec'].selector['understudy.dev/revision']).toBe(candidate);
    await waitFor('the preview Service has the pod of the candidate', async () =>
      (await bed.objects()).endpointSlices.some(
        ({ metadata, endpoints }) =>
          metadata.labels?.['kubernetes.io/service-name'] === `${bed.name}-preview` &&
          endpoints?.length === 1,
      ),
    );
    expect(await bed.pass(intent({ preview: candidate }), apex)).toEqual([]);
  });

  it('a flip of the weights beside testers, copies and the preview loses no request', async () => {
    await mirrored(candidate, true);
    const all = { testers: testers(), mirror: { revision: candidate, percent: 100 }, preview: candidate };
    await settle(all);
    const { gatewayUrl } = bed.bed.cluster;
    const loads = [
      GatewayLoad.start(gatewayUrl, bed.name),
      GatewayLoad.start(gatewayUrl, bed.name, { host: previewHost, rate: 20 }),
    ];
    for (const weight of [10, 100, 0, 50, 100]) await settle(all, weight);
    const endsAtMs = Date.now();
    for (const weight of [100, 0]) await settle({}, weight);
    const [users, people] = await Promise.all(loads.map((load) => load.stop()));
    expect(users!.length).toBeGreaterThan(20);
    expect(users!.filter(({ status }) => status !== 200)).toEqual([]);
    const during = people!.filter(({ sentAtMs }) => sentAtMs < endsAtMs - 100);
    expect(during.length).toBeGreaterThan(5);
    expect(during.filter(({ model }) => model !== 'v2')).toEqual([]);
    await waitFor(
      'nobody is previewed any more',
      async () => (await bed.requests(10, { host: previewHost }))['status 404'] === 10,
    );
    expect(await bed.objects()).toMatchObject({ previewService: undefined, previewRoute: undefined });
    await mirrored(candidate, false);
  });

  it('law 18: somebody else’s Service of that name is left alone, and users are served', async () => {
    const name = `${bed.name}-preview`;
    const theirs = {
      metadata: { name, namespace: 'default' },
      spec: { ports: [{ port: 80 }], selector: { app: 'theirs' } },
    };
    await bed.bed.apply({ apiVersion: 'v1', kind: 'Service', ...theirs });
    await expect(bed.pass(intent({ preview: candidate }, 50), apex)).rejects.toThrow(/already exists/);
    // What users get was written before.
    expect((await bed.read()).route).toContainEqual({ revision: candidate, weight: 500 });
    expect((await bed.bed.get(resourceKinds.service, name))!['spec'].selector).toEqual({ app: 'theirs' });
    await bed.bed.delete(resourceKinds.service, name);
    await settle({ preview: candidate });
    await settle({});
  });
});
