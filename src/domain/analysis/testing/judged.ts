/* One look at what a source holds of a step of two minutes, for tests of what is made of it. */
import { resolveAnalysis } from '../../../api/defaults.ts';
import type { RolloutAnalysis, RolloutMetric } from '../../../api/model-rollout.ts';
import { judge, type JudgeInput } from '../judge.ts';
import type { MeasurementResult, Sample, SampleSeries } from '../measurement.ts';
import { latencyId, queryId, requestsId } from '../plan-measurements.ts';
import { arms, plainPreset, series } from './counter-history.ts';

export const scrapeIntervalMs = 15_000;
export const sinceMs = 1_000_000_000;
export const nowMs = sinceMs + 120_000;
export const errors: RolloutMetric = {
  name: 'errors',
  kind: 'errorRate',
  tolerance: 1.1,
  passMargin: 2,
  max: 0.02,
};
export const latency: RolloutMetric = {
  name: 'latency',
  kind: 'latency',
  tolerance: 1.1,
  passMargin: 1.5,
  objective: { thresholdMs: 500, max: 0.05 },
};
export const gpu: RolloutMetric = {
  name: 'gpu',
  kind: 'query',
  query: 'usage',
  pass: 'result < 0.9',
  failureLimit: 0,
};

export const plan = (...metrics: RolloutMetric[]): RolloutAnalysis => ({ ...resolveAnalysis(), metrics });

/** A counter that stood at 0 when the step began, grew evenly at each scrape until `untilMs`, and reached `total`. */
export function grown(total: number, untilMs = nowMs): Sample[] {
  const scrapes = Math.floor((untilMs - sinceMs) / scrapeIntervalMs);
  return Array.from({ length: scrapes + 1 }, (_, index): Sample => [
    sinceMs + index * scrapeIntervalMs,
    Math.round((total * index) / Math.max(1, scrapes)),
  ]);
}

export const matrix = (id: string, found: SampleSeries[]): MeasurementResult => ({
  id,
  result:
    found.length > 0 ? { kind: 'matrix', series: found, warnings: [] } : { kind: 'empty', warnings: [] },
});
export const requests = (
  candidate: { good: number; bad: number },
  stable = { good: 1900, bad: 0 },
  untilMs = nowMs,
) =>
  matrix(requestsId, [
    series({ arm: 'candidate', code: '200' }, grown(candidate.good, untilMs)),
    series({ arm: 'candidate', code: '503' }, grown(candidate.bad, untilMs)),
    series({ arm: 'stable', code: '200' }, grown(stable.good, untilMs)),
    series({ arm: 'stable', code: '500' }, grown(stable.bad, untilMs)),
  ]);
export const buckets = (all: number, fast: number, bound = '500') =>
  matrix(latencyId, [
    series({ arm: 'stable' }, grown(1)),
    series({ arm: 'candidate', le: bound }, grown(fast)),
    series({ arm: 'candidate', le: '+Inf' }, grown(all)),
  ]);
export const number = (value: number): MeasurementResult => ({
  id: queryId('gpu'),
  result: { kind: 'value', value, timeMs: nowMs, labels: {}, warnings: [] },
});

export function run(metrics: RolloutMetric[], results: MeasurementResult[], more: Partial<JudgeInput> = {}) {
  return judge({
    plan: plan(...metrics),
    evidence: undefined,
    arms,
    preset: plainPreset,
    measurements: { kind: 'measured', atMs: nowMs, results },
    stepIndex: 0,
    sinceMs,
    nowMs,
    scrapeIntervalMs,
    ...more,
  });
}
