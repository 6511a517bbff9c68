import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedMetricsSource } from '../../test/doubles/scripted-metrics-source.ts';
import * as objects from '../../test/support/router-objects.ts';
import type { Analysis } from '../api/analysis.ts';
import type { ModelRolloutStatus } from '../api/model-rollout.ts';
import { notePreset } from '../domain/strategy/note-preset.ts';
import type { World } from '../domain/world.ts';
import { MetricsError } from '../metrics-source/metrics-error.ts';
import { MetricsSources } from '../metrics-source/metrics-sources.ts';
import { MetricsSampler } from '../metrics-source/sampler.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import type { ClusterCache } from './cache/cluster-cache.ts';
import { Measurements } from './measurements.ts';
import { measuredWorld } from './testing/measured-world.ts';

const key = 'ml/sentiment';
const errors = { name: 'errors', kind: 'errorRate', max: 0.01 } as const;
const slow = { name: 'slow', kind: 'latency', objective: { threshold: '500ms', max: 0.05 } } as const;

let clock: VirtualClock;
let source: ScriptedMetricsSource;
let measurements: Measurements;
let gateways: Record<string, string>;
let status: Partial<ModelRolloutStatus>;

beforeEach(() => {
  clock = new VirtualClock();
  source = new ScriptedMetricsSource('default');
  gateways = {};
  status = {};
  const sources = new MetricsSources([source]);
  const sampler = () => new MetricsSampler(sources, clock, () => undefined);
  const cache = { gatewayController: (name: string) => gateways[name] } as unknown as ClusterCache;
  measurements = new Measurements({ cache, sources, sampler: sampler(), probes: sampler() });
});
afterEach(() => measurements.close());

const traffic = { gatewayAPI: { parentRefs: [{ name: 'public' }] } };
function pass(analysis: Partial<Analysis> = {}): World {
  const { spec } = objects.deploymentWith({ traffic, analysis: { metrics: [errors], ...analysis } } as never);
  const world = measuredWorld(clock.now(), spec, measurements.unasked(spec), status);
  const seen = { ...world, analysis: measurements.gather(key, world, spec) };
  const rollout = seen.rollouts[0]!;
  status = { ...status, analysis: notePreset(seen, rollout.status).analysis };
  return seen;
}

/** What the source has: names of series and the labels of whose they are. */
async function answer(...found: Record<string, string>[]): Promise<void> {
  const series = found.map((labels) => ({ labels, timeMs: clock.now(), value: 1 }));
  // Few are under way at once: the others come when these have their answers.
  for (let round = 0; round < 4; round += 1) {
    await clock.settle();
    for (const { query, answer: reply } of source.waiting.splice(0)) {
      const mine = series.filter(({ labels }) => query.includes(labels['__name__']!));
      reply(
        mine.length > 0 ? { kind: 'vector', series: mine, warnings: [] } : { kind: 'empty', warnings: [] },
      );
    }
  }
  await clock.settle();
}
const podOf = (revision: string, name: string, labels: Record<string, string> = {}) => ({
  __name__: name,
  namespace: 'ml',
  model_deployment: 'sentiment',
  revision: revision,
  ...labels,
});

describe('auto', () => {
  it('law 17: asks which series there are, and counts by what it finds; nobody waits', async () => {
    expect(pass().analysis.metrics).toEqual({ kind: 'pending' });
    await answer(podOf(objects.stable, 'nv_inference_request_success'));
    const { analysis } = pass();
    expect(analysis.chosen).toMatchObject({
      choice: { name: 'triton', requests: 'nv_inference_request_success' },
    });
    expect(analysis.chosen?.says).toContainEqual(expect.stringMatching(/errors are counted in part/));
    await clock.settle();
    expect(source.asked.at(-1)).toMatch(/^\{__name__=~"nv_inference_request_success\|.*\[\d+ms\]$/);
  });

  it('law 12: keeps what the record holds, and asks no more', async () => {
    pass();
    await answer(podOf(objects.stable, 'nv_inference_request_success'));
    pass();
    expect(status.analysis?.preset).toEqual({ name: 'triton', requests: 'nv_inference_request_success' });
    await answer();
    pass();
    await clock.advance(15_000);
    const asked = source.asked.length;
    const { analysis } = pass();
    await clock.settle();
    expect(source.asked.length - asked).toBe(1);
    expect(analysis.chosen?.choice.name).toBe('triton');
    // An edit of the spec is for the next rollout.
    expect(pass().analysis.preset?.name).toBe('triton');
  });

  it('asks nothing where the gateway counts', async () => {
    gateways = { 'ml/public': 'projectcontour.io/gateway-controller' };
    const { analysis } = pass();
    await clock.settle();
    expect(analysis.chosen).toEqual({
      choice: {
        name: 'contour-envoy',
        requests: 'envoy_cluster_upstream_rq',
        latency: 'envoy_cluster_upstream_rq_time',
      },
      says: ['latency of Contour leaves failed requests out'],
    });
    expect(source.asked).toEqual([expect.stringContaining('envoy_cluster_upstream_rq')]);
  });

  it('asks again in the next interval as long as nothing is there, and says what is looked for', async () => {
    pass();
    await answer();
    expect(pass().analysis.metrics).toEqual({
      kind: 'noPreset',
      message: expect.stringMatching(/the gateway has no preset.*revision/),
    });
    const asked = source.asked.length;
    await clock.advance(15_000);
    expect(pass().analysis.metrics).toEqual({ kind: 'pending' });
    await clock.settle();
    expect(source.asked.length).toBe(2 * asked);
    expect(status.analysis?.preset).toBeUndefined();
  });

  it('reads the model server where a gateway was not set up to tell revisions apart', async () => {
    gateways = { 'ml/public': 'gateway.envoyproxy.io/gatewayclass-controller' };
    pass();
    await answer(podOf(objects.candidate, 'ts_inference_requests_total'));
    expect(pass().analysis.chosen?.says[0]).toMatch(/^TorchServe is read and not Envoy Gateway: /);
  });

  it('law 9: a source that does not answer the probe fails as it would for everything else', async () => {
    pass();
    await clock.settle();
    for (const { fail } of source.waiting.splice(0)) fail(new MetricsError('timeout', 'too slow'));
    await clock.settle();
    expect(pass().analysis.metrics).toMatchObject({
      kind: 'measured',
      results: expect.arrayContaining([
        { id: 'requests', failure: { kind: 'timeout', message: 'too slow' } },
      ]),
    });
    expect(status.analysis?.preset).toBeUndefined();
  });
});

describe('a preset that is named', () => {
  it('is read whatever the gateway is, in the spelling that is there', async () => {
    gateways = { 'ml/public': 'projectcontour.io/gateway-controller' };
    pass({ preset: 'bentoml', metrics: [errors, slow] });
    await answer(podOf(objects.stable, 'bentoml_api_server_request_total', { endpoint: '/predict' }));
    const { analysis } = pass({ preset: 'bentoml', metrics: [errors, slow] });
    expect(analysis.chosen?.choice).toEqual({
      name: 'bentoml',
      requests: 'bentoml_api_server_request_total',
    });
  });

  it('goes on counting requests while its latency is still looked for', async () => {
    status = { analysis: { preset: { name: 'bentoml', requests: 'bentoml_service_request_total' } } };
    pass({ preset: 'bentoml', metrics: [errors, slow] });
    await clock.settle();
    expect(source.asked).toContainEqual(expect.stringMatching(/bentoml_service_request_total.*\[\d+ms\]$/));
    await answer(podOf(objects.stable, 'bentoml_service_request_duration_seconds_bucket'));
    pass({ preset: 'bentoml', metrics: [errors, slow] });
    expect(status.analysis?.preset).toMatchObject({ latency: 'bentoml_service_request_duration_seconds' });
  });
});
