import { describe, expect, it } from '@jest/globals';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { seededRandom } from '../../simulation/random.ts';
import { calibrate, calibrationInWords } from './calibrate.ts';
import type { MeasurementResult, Sample, SampleSeries } from './measurement.ts';
import { type PodHistory, planPodHistory } from './pod-history.ts';
import type { PresetData } from './presets/preset-data.ts';
import { arms, plainPreset } from './testing/counter-history.ts';

const scrapeIntervalMs = 5_000;
const nowMs = 2_000_000_000;
const byPod = { namespace: '{namespace}', revision: '{revision}' };
const server: PresetData = {
  name: 'http',
  title: 'a server',
  layer: 'runtime',
  scrape: { port: '8080', path: '/metrics' },
  requests: [
    { id: 'blind', arms: byPod, series: [], errors: { counted: 'no', because: 'it counts none' } },
    {
      id: 'requests',
      arms: byPod,
      series: [{ name: 'requests', labels: ['code'], failed: { label: 'code', pattern: '5..' } }],
      alive: 'up',
    },
    {
      id: 'proxied',
      arms: { model: '{service}' },
      series: [{ name: 'proxied', labels: [], failed: 'none' }],
    },
  ],
  latency: [{ id: 'seconds', arms: byPod, kind: 'histogram', unit: 's', labels: [], alive: 'up' }],
  caveats: [],
};
const errors: RolloutMetric = { name: 'errors', kind: 'errorRate', passMargin: 2 };
const latency: RolloutMetric = {
  name: 'latency',
  kind: 'latency',
  passMargin: 1.5,
  objective: { thresholdMs: 600, max: 0.1 },
};
const plan = (...metrics: RolloutMetric[]) => ({ source: 'default', metrics });
const when = { nowMs, scrapeIntervalMs };

/** Half an hour of pods with these rates of bad requests, 25 requests a second each. */
function pods(rates: readonly number[], { burst = 1, bucket = '0.5' } = {}): SampleSeries[] {
  const random = seededRandom(7);
  return rates.flatMap((rate, index) => {
    const target = { namespace: 'ml', revision: arms.stable.revision, pod: `pod-${index}` };
    const all: Sample[] = [];
    const bad: Sample[] = [];
    const good: Sample[] = [];
    let failed = 0;
    for (let look = 0; look <= 360; look += 1) {
      const atMs = nowMs - (360 - look) * scrapeIntervalMs;
      if (look > 0) failed += Math.min(125, burst * random.poisson((125 * rate) / burst));
      all.push([atMs, look * 125]);
      bad.push([atMs, failed]);
      good.push([atMs, look * 125 - failed]);
    }
    return [
      { labels: { __name__: 'requests', ...target, code: '200' }, samples: good },
      { labels: { __name__: 'requests', ...target, code: '500' }, samples: bad },
      { labels: { __name__: 'seconds_bucket', ...target, le: bucket }, samples: good },
      { labels: { __name__: 'seconds_bucket', ...target, le: '+Inf' }, samples: all },
      { labels: { __name__: 'up', ...target }, samples: all.map(([atMs]): Sample => [atMs, 1]) },
    ];
  });
}

const nothing = { kind: 'empty' as const, warnings: [] };

/** What the source answers, and what is made of it. */
function calibrated(found: readonly SampleSeries[], ...metrics: RolloutMetric[]) {
  const results = planPodHistory({ presets: [server] }, arms, plan(...metrics), when).map(
    ({ id, query }): MeasurementResult => {
      const series = found.filter(({ labels }) => query.includes(labels['__name__']!));
      return { id, result: series.length > 0 ? { kind: 'matrix', series, warnings: [] } : nothing };
    },
  );
  const history: PodHistory = { kind: 'measured', atMs: nowMs, results, presets: [server] };
  return calibrate(plan(...metrics), history, { arms, scrapeIntervalMs });
}

describe('the question', () => {
  it('is for the raw samples of the stable alone, half an hour of them, once for each family', () => {
    const queries = planPodHistory({ presets: [server] }, arms, plan(errors, latency), when).map(
      ({ query }) => query,
    );
    expect(queries).toHaveLength(2);
    for (const query of queries) {
      expect(query).toContain(arms.stable.revision);
      expect(query).not.toContain(arms.candidate.revision);
      expect(query).toMatch(/\[1800000ms\]$/);
    }
  });

  it('is for no more than the metrics need, and of no proxy, which counts for all pods together', () => {
    const [only, ...others] = planPodHistory({ presets: [server] }, arms, plan(errors), when);
    expect(others).toEqual([]);
    expect(only!.query).not.toContain('proxied');
    expect(planPodHistory({ presets: [server] }, arms, plan(latency), when).map(({ id }) => id)).toEqual([
      expect.stringContaining('latency'),
    ]);
  });

  it('keeps its answer small where scrapes are frequent', () => {
    const [only] = planPodHistory({ presets: [server] }, arms, plan(errors), {
      nowMs,
      scrapeIntervalMs: 250,
    });
    expect(only!.query).toMatch(/\[180000ms\]$/);
  });
});

describe('what is measured', () => {
  it('pods that are alike accept the least', () => {
    const { metrics, because } = calibrated(pods([0.02, 0.02, 0.02, 0.02]), errors);
    expect(because).toBeUndefined();
    expect(metrics['errors']).toMatchObject({ pods: 4, tolerance: 1.05 });
    expect(metrics['errors']!.dispersion).toBeLessThan(1.2);
  });

  it('pods that differ accept what they differ by', () => {
    const { metrics } = calibrated(pods([0.02, 0.03, 0.02, 0.03]), errors);
    expect(metrics['errors']!.spread).toBeGreaterThan(0.15);
    expect(metrics['errors']!.tolerance).toBeGreaterThan(1.4);
  });

  it('bursts are no lasting difference: evidence is divided by them, and people are told', () => {
    const calibration = calibrated(pods([0.04, 0.04, 0.04, 0.04], { burst: 5 }), errors);
    expect(calibration.metrics['errors']!.dispersion).toBeGreaterThan(3.5);
    expect(calibrationInWords(calibration)).toMatch(
      /vary \d\.\d+ times as much as those of independent requests/,
    );
  });

  it('slow requests by the bucket that stands for the threshold', () => {
    const { metrics } = calibrated(pods([0.02, 0.02]), latency);
    expect(metrics['latency']).toMatchObject({ pods: 2 });
    const { because } = calibrated(pods([0.02, 0.02], { bucket: '1' }), latency);
    expect(because).toContain(
      'latency: the histograms of the pods have no bucket that tells slow requests apart',
    );
  });
});

describe('what cannot be measured is said, and the default is accepted', () => {
  it.each<[string, SampleSeries[], string]>([
    ['no pod is scraped', [], 'errors: the source has no counters of single pods that are known'],
    ['there is one pod', pods([0.02]), 'errors: too few pods'],
    ['hardly a request is bad', pods([0.0005, 0.0005]), 'or too few bad requests of theirs'],
  ])('%s', (_, found, words) => {
    const calibration = calibrated(found, errors);
    expect(calibration.metrics).toEqual({});
    expect(calibration.because).toContain(words);
    expect(calibrationInWords(calibration)).toContain('10 % are accepted');
  });

  it('the source fails', () => {
    const failure = { kind: 'timeout' as const, message: 'no answer in 10 s' };
    const results = planPodHistory({ presets: [server] }, arms, plan(errors), when).map(({ id }) => ({
      id,
      failure,
    }));
    const history: PodHistory = { kind: 'measured', atMs: nowMs, results, presets: [server] };
    const { because } = calibrate(plan(errors), history, { arms, scrapeIntervalMs });
    expect(because).toContain('the source did not answer: no answer in 10 s');
  });
});

describe('where only a gateway counts', () => {
  /** Both codes of all pods together, as the plain preset names them. */
  const gatewayCounts = (burst: number): SampleSeries[] =>
    pods([0.08], { burst })
      .filter(({ labels }) => labels['__name__'] === 'requests')
      .map(({ labels, samples }) => ({ labels: { arm: 'stable', code: labels['code']! }, samples }));
  const calibratedBy = (burst: number) => {
    const counted = { presets: [server], gateway: plainPreset };
    const results = planPodHistory(counted, arms, plan(errors), when).map(({ id }): MeasurementResult => {
      const series = id === 'gateway/requests' ? gatewayCounts(burst) : [];
      return { id, result: series.length > 0 ? { kind: 'matrix', series, warnings: [] } : nothing };
    });
    const history: PodHistory = { kind: 'measured', atMs: nowMs, results, ...counted };
    return calibrate(plan(errors), history, { arms, scrapeIntervalMs });
  };

  it('bursts are seen in its counts, and the default is accepted', () => {
    const { metrics, because } = calibratedBy(5);
    expect(metrics['errors']).toMatchObject({ pods: 0, tolerance: 1.1 });
    expect(metrics['errors']!.dispersion).toBeGreaterThan(3);
    expect(because).toContain('no counters of single pods');
  });

  it('independent requests leave everything as it is', () => {
    expect(calibratedBy(1).metrics).toEqual({});
  });
});
