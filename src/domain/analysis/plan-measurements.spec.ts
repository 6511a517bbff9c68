import { describe, expect, it } from '@jest/globals';
import { resolveAnalysis } from '../../api/defaults.ts';
import type { RolloutAnalysis, RolloutMetric } from '../../api/model-rollout.ts';
import { planMeasurements, type PlanMeasurementsInput } from './plan-measurements.ts';
import { arms, plainPreset } from './testing/counter-history.ts';

const plan = (...metrics: RolloutMetric[]): RolloutAnalysis => ({ ...resolveAnalysis(), metrics });
const errors: RolloutMetric = { name: 'errors', kind: 'errorRate', tolerance: 1.1, passMargin: 2, max: 0.02 };
const latency: RolloutMetric = {
  name: 'latency',
  kind: 'latency',
  tolerance: 1.1,
  passMargin: 1.5,
  objective: { thresholdMs: 500, max: 0.05 },
};
const free = (name: string, query: string): RolloutMetric => ({
  name,
  kind: 'query',
  query,
  pass: 'result < 1',
  failureLimit: 0,
});

const ask = (metrics: RolloutMetric[], more: Partial<PlanMeasurementsInput> = {}) =>
  planMeasurements({
    plan: plan(...metrics),
    evidence: undefined,
    arms,
    preset: plainPreset,
    stepIndex: 0,
    sinceMs: 1_000_000,
    nowMs: 1_120_000,
    scrapeIntervalMs: 15_000,
    ...more,
  });
const queries = (...args: Parameters<typeof ask>) => ask(...args).map(({ id, query }) => [id, query]);

describe('planMeasurements', () => {
  it('asks once for each family, from before the step began, at the time of the pass', () => {
    expect(ask([errors, latency, { ...errors, name: 'more' }])).toEqual([
      { id: 'requests', source: 'default', query: 'requests[270000ms]', atMs: 1_120_000 },
      { id: 'latency', source: 'default', query: 'latency[270000ms]', atMs: 1_120_000 },
    ]);
  });

  it('asks for the requests whatever the metrics are, for the share test', () => {
    expect(queries([])).toEqual([['requests', 'requests[270000ms]']]);
  });

  it('asks from the cursor on, and from the step on when the cursor is of another one', () => {
    const evidence = { cursorMs: 1_110_000, stepIndex: 0, sinceMs: 1_000_000, metrics: {} };
    expect(queries([errors], { evidence })).toEqual([['requests', 'requests[160000ms]']]);
    const old = { ...evidence, stepIndex: 3, cursorMs: 900_000 };
    expect(queries([errors], { evidence: old })).toEqual([['requests', 'requests[270000ms]']]);
  });

  it('reads at least a minute back to anchor, and never more than an answer can hold', () => {
    const evidence = { cursorMs: 1_119_000, stepIndex: 0, sinceMs: 1_000_000, metrics: {} };
    expect(queries([errors], { evidence, scrapeIntervalMs: 1_000 })).toEqual([
      ['requests', 'requests[61000ms]'],
    ]);
    expect(queries([errors], { nowMs: 1_000_000 + 30 * 86_400_000 })).toEqual([
      ['requests', 'requests[10800000ms]'],
    ]);
  });

  it('is not confused by a cursor ahead of our clock', () => {
    const evidence = { cursorMs: 2_000_000, stepIndex: 0, sinceMs: 1_000_000, metrics: {} };
    expect(queries([errors], { evidence })).toEqual([['requests', 'requests[150000ms]']]);
  });

  it('renders free queries, and leaves out what cannot be rendered', () => {
    const metrics = [free('gpu', 'x{r="{{ candidate.revision }}"}'), free('typo', '{{ nobody }}')];
    expect(queries(metrics)).toEqual([
      ['requests', 'requests[270000ms]'],
      ['query/gpu', 'x{r="bbbbbbbbbb"}'],
    ]);
  });

  it('asks free queries for the beginning of the interval, so that all who ask the same share an answer', () => {
    const timeOf = (more: Partial<PlanMeasurementsInput>, metric = free('gpu', 'x')) =>
      ask([metric], more).find(({ id }) => id === 'query/gpu')?.atMs;
    expect(timeOf({ nowMs: 1_126_789 })).toBe(1_125_000);
    expect(timeOf({ nowMs: 1_130_000, plan: { ...plan(free('gpu', 'x')), intervalMs: 60_000 } })).toBe(
      1_080_000,
    );
    // Never for a time before the split was in force, or before the metric counts.
    expect(timeOf({ nowMs: 1_126_789, sinceMs: 1_126_000 })).toBe(1_126_789);
    expect(timeOf({ nowMs: 1_126_789 }, { ...free('gpu', 'x'), initialDelayMs: 126_000 })).toBe(1_126_789);
  });

  it('asks free queries only where nobody knows how the router counts', () => {
    expect(queries([errors, latency, free('gpu', 'x')], { preset: undefined })).toEqual([['query/gpu', 'x']]);
  });
});
