import { beforeAll, describe, expect, it } from '@jest/globals';
import { withDefaults } from '../api/defaults.ts';
import type { Metric } from '../api/analysis.ts';
import { routers, runtimes } from '../metrics-source/presets/presets.ts';
import { armFigures } from './arm-figures.ts';
import { type RecordedRollout, recordedRollout } from './testing/recorded-rollout.ts';

const metrics: Metric[] = [
  { name: 'errors', kind: 'errorRate' },
  { name: 'latency', kind: 'latency', objective: { threshold: '250ms', max: 0.05 } },
];
let rollout: RecordedRollout;
beforeAll(async () => {
  rollout = await recordedRollout('healthy', { interval: '5s', metrics });
});

const figures = (asked: Metric[], { candidate = rollout.candidate, stable = rollout.stable } = {}) => {
  const { analysis } = withDefaults({ ...rollout.spec, analysis: { metrics: asked } });
  const arm = (revision: string) => ({ revision, service: `model-${revision}`, port: 80 });
  return armFigures({
    source: rollout.prometheus,
    presets: [...routers, ...runtimes],
    arms: { namespace: 'ml', name: 'model', candidate: arm(candidate), stable: arm(stable) },
    analysis,
    nowMs: rollout.endMs,
  });
};

describe('what is known of both revisions now', () => {
  it('is who counts, how much comes, and what the stable revision does', async () => {
    const { preset, seen, requestsPerSecond, metrics: found } = await figures(metrics);
    expect([preset, seen]).toEqual(['contour-envoy', { candidate: true, stable: true }]);
    const [errors, latency] = found;
    expect(errors!.counts!.requests).toBeGreaterThan(2_000);
    expect(requestsPerSecond).toBeCloseTo(errors!.counts!.requests / 300, 6);
    expect(errors!.counts!.bad / errors!.counts!.requests).toBeLessThan(0.01);
    expect(errors!.query).toContain(rollout.stable);
    expect(latency!.counts!.requests).toBeCloseTo(errors!.counts!.requests, -2);
  });

  it('shows of a revision that has no request yet that it has none', async () => {
    const { seen, metrics: found } = await figures(metrics, { candidate: 'zzzzzzzzzz' });
    expect(seen).toEqual({ candidate: false, stable: true });
    expect(found[0]!.counts!.requests).toBeGreaterThan(2_000);
  });

  it('of nobody is that nobody counts', async () => {
    const {
      preset,
      seen,
      metrics: found,
    } = await figures(metrics, {
      candidate: 'zzzzzzzzzz',
      stable: 'yyyyyyyyyy',
    });
    expect([preset, seen]).toEqual([undefined, { candidate: false, stable: false }]);
    expect(found.map(({ lacks }) => lacks)).toEqual([
      'no counted request of either revision',
      'no counted request of either revision',
    ]);
  });

  it('asks queries of the stable revision, and says why one has no value', async () => {
    const query = (name: string, text: string): Metric => ({
      name,
      kind: 'query',
      query: text,
      pass: 'result < 1.0',
    });
    const cluster = 'envoy_cluster_name="ml_model-{{ candidate.revision }}_80"';
    const { metrics: found } = await figures([
      query('rate', `sum(rate(envoy_cluster_upstream_rq_total{${cluster}}[1m]))`),
      query('none', `sum(rate(nothing{${cluster}}[1m]))`),
      query('broken', 'sum('),
    ]);
    const [rate, none, broken] = found;
    expect(rate!.value).toBeGreaterThan(10);
    expect(rate!.query).toContain(rollout.stable);
    expect(none!.lacks).toBe('no data');
    expect(broken!.lacks).toMatch(/parse error/);
  });
});
