import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { resolveAnalysis } from '../../src/api/defaults.ts';
import type { RolloutEvidence } from '../../src/api/model-rollout.ts';
import { judge, type Judgement } from '../../src/domain/analysis/judge.ts';
import { planMeasurements } from '../../src/domain/analysis/plan-measurements.ts';
import type { Arms, CounterPreset } from '../../src/domain/analysis/preset.ts';
import { MetricsSources } from '../../src/metrics-source/metrics-sources.ts';
import { bestOf } from '../../src/domain/analysis/presets/counter-preset.ts';
import { contourEnvoy } from '../../src/metrics-source/presets/gateways/contour-envoy.ts';
import { PrometheusMetricsSource } from '../../src/metrics-source/prometheus-metrics-source.ts';
import { MetricsSampler } from '../../src/metrics-source/sampler.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { prometheus } from '../../tools/local-cluster/binaries/catalog.ts';
import { resolvePackage } from '../../tools/local-cluster/binaries/resolve.ts';
import { metricsSourceContract } from '../contract/metrics-source.contract.ts';
import { CounterServer } from '../support/counter-server.ts';
import { type LoopbackProgram, startPrometheus } from '../support/loopback-program.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(90_000);

const scrapeIntervalMs = 1_000;
const clock = new SystemClock();
let counters: CounterServer;
let program: LoopbackProgram;
let source: PrometheusMetricsSource;
let unreachable: PrometheusMetricsSource;

beforeAll(async () => {
  const { prometheus: binary } = await resolvePackage(prometheus);
  counters = await CounterServer.start();
  counters.add('understudy_test_total{arm="a"}', 1);
  counters.add('envoy_cluster_upstream_rq_total{envoy_cluster_name="ml_digits-aaaaaaaaaa_80"}', 0);
  program = await startPrometheus(binary!, [{ name: 'gateway', target: counters.address, path: '/metrics' }]);
  const config = { name: 'default', scrapeIntervalMs, timeoutMs: 5_000 };
  source = new PrometheusMetricsSource({ ...config, url: program.url }, { clock });
  unreachable = new PrometheusMetricsSource({ ...config, url: 'http://127.0.0.1:1' }, { clock });
  await scraped('understudy_test_total');
}, 600_000);

afterAll(async () => {
  await source?.close();
  await unreachable?.close();
  await program?.stop();
  await counters?.stop();
}, 30_000);

const scraped = (query: string) =>
  waitFor(`${query} is scraped`, async () => (await source.instant(query)).kind !== 'empty');

metricsSourceContract('a real Prometheus', () => ({
  source,
  unreachable,
  queries: {
    number: 'vector(42)',
    scalar: '7',
    twoSeries: 'label_replace(vector(1), "arm", "a", "", "") or label_replace(vector(2), "arm", "b", "", "")',
    samples: 'understudy_test_total[1m]',
    nothing: 'understudy_nobody_total',
    nan: 'vector(0) / 0',
    infinite: 'vector(1) / 0',
    negativeInfinite: 'vector(-1) / 0',
    broken: 'sum(',
  },
}));

describe('counting from a real Prometheus', () => {
  const arms: Arms = {
    namespace: 'ml',
    name: 'digits',
    candidate: { revision: 'bbbbbbbbbb', service: 'digits-bbbbbbbbbb', port: 80 },
    stable: { revision: 'aaaaaaaaaa', service: 'digits-aaaaaaaaaa', port: 80 },
  };
  const plan = resolveAnalysis({
    metrics: [
      { name: 'errors', kind: 'errorRate', max: 0.2 },
      {
        name: 'latency',
        kind: 'latency',
        objective: { threshold: '500ms', max: 0.2 },
      },
      {
        name: 'free',
        kind: 'query',
        query: 'count(up{job="gateway"})',
        pass: 'result == 1.0',
      },
    ],
  });
  const preset: CounterPreset = bestOf(contourEnvoy);

  const requests = (service: string, code: string) =>
    `envoy_cluster_upstream_rq{envoy_cluster_name="ml_${service}_80",envoy_response_code="${code}"}`;
  function serve(service: string, good: number, bad: number): void {
    if (good > 0) counters.add(requests(service, '200'), good);
    if (bad > 0) counters.add(requests(service, '503'), bad);
    counters.add(`envoy_cluster_upstream_rq_total{envoy_cluster_name="ml_${service}_80"}`, good);
    for (const [le, share] of [
      ['250', 0.5],
      ['500', 1],
      ['+Inf', 1],
    ] as const) {
      const series = `envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="ml_${service}_80",le="${le}"}`;
      counters.add(series, Math.floor(good * share));
    }
  }

  it('counts each request once, through passes, a reset of the counters, and a restart of the controller', async () => {
    const sampler = new MetricsSampler(new MetricsSources([source]), clock, () => undefined);
    const sinceMs = clock.now();
    let evidence: RolloutEvidence | undefined;
    let slot = 0;
    const pass = async (): Promise<Judgement> => {
      slot += 1;
      const nowMs = clock.now();
      const input = { plan, evidence, arms, preset, stepIndex: 0, sinceMs, nowMs, scrapeIntervalMs };
      const asked = planMeasurements(input);
      const measurements = await waitFor(
        'the source has answered',
        () => {
          const state = sampler.measure('ml/digits', String(slot), asked);
          return state.kind === 'measured' ? state : undefined;
        },
        { everyMs: 10 },
      );
      return judge({ ...input, measurements });
    };

    // The candidate's series do not exist before its first requests: nothing of these may be lost.
    await scraped('envoy_cluster_upstream_rq_total');
    serve(arms.candidate.service, 100, 1);
    serve(arms.stable.service, 1_900, 0);
    evidence = (
      await waitFor('the first requests are counted', async () => {
        const judged = await pass();
        return judged.evidence.metrics.errors?.candidate?.requests === 101 ? judged : undefined;
      })
    ).evidence;

    // Many passes between and across scrapes; every other one forgets what it saw, as a killed controller would.
    let served = { good: 100, bad: 1 };
    for (let round = 0; round < 12; round++) {
      serve(arms.candidate.service, 10, 0);
      served = { good: served.good + 10, bad: served.bad };
      const judged = await pass();
      if (round % 2 === 0) evidence = judged.evidence;
      await clock.sleep(170);
    }
    const all = await waitFor('all requests are counted', async () => {
      const judged = await pass();
      const total = served.good + served.bad;
      return judged.evidence.metrics.errors!.candidate!.requests >= total ? judged : undefined;
    });
    expect(all.evidence.metrics.errors!.candidate).toEqual({ requests: 221, bad: 1 });
    expect(all).toMatchObject({ verdict: 'Pass' });
    evidence = all.evidence;

    // The gateway starts again: its counters begin at 0.
    await clock.sleep(2 * scrapeIntervalMs);
    evidence = (await pass()).evidence;
    for (const series of counters.counters.keys()) counters.counters.set(series, 0);
    serve(arms.candidate.service, 20, 3);
    const failed = await waitFor('the errors after the reset are counted', async () => {
      const judged = await pass();
      return judged.evidence.metrics.errors!.candidate!.bad > 1 ? judged : undefined;
    });
    expect(failed.evidence.metrics.errors!.candidate).toEqual({ requests: 244, bad: 4 });
    expect(failed.metrics.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['errors', 'Pass'],
      ['latency', 'Pass'],
      ['free', 'Pass'],
    ]);
    expect(failed.evidence.metrics.latency!.candidate!.requests).toBe(240);
    sampler.close();
  });

  it('holds when its samples grow old: nothing is passed or failed (law 9)', async () => {
    const sinceMs = clock.now() - 600_000;
    const input = { plan, evidence: undefined, arms, preset, stepIndex: 0, sinceMs, scrapeIntervalMs };
    // As if the source had stored nothing for ten seconds: it is asked for a time that is still to come.
    const atMs = clock.now() + 10_000;
    const [request] = planMeasurements({ ...input, nowMs: atMs });
    const result = await source.instant(request!.query, { atMs });
    const measurements = { kind: 'measured', atMs, results: [{ id: request!.id, result }] } as const;
    const judged = judge({ ...input, nowMs: atMs, measurements });
    expect(judged).toMatchObject({ verdict: 'NoData', reason: 'StaleSamples', culprit: 'errors' });
  });
});
