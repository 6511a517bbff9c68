/*
 * Gateways whose counters do what they do in real life, and passes of a controller that reads them, for property tests of
 * counting.
 */
import fc from 'fast-check';
import { resolveAnalysis } from '../../../api/defaults.ts';
import type { RolloutEvidence } from '../../../api/model-rollout.ts';
import { judge, type JudgeInput } from '../judge.ts';
import type { MeasurementResult, Sample, SampleSeries } from '../measurement.ts';
import { latencyId, planMeasurements, requestsId } from '../plan-measurements.ts';
import { answer, arms, plainPreset, series } from './counter-history.ts';

export const scrapeIntervalMs = 10_000;
export const startMs = 1_000_000_000;
export const plan = resolveAnalysis({
  metrics: [
    { name: 'errors', kind: 'errorRate', max: 0.02 },
    {
      name: 'latency',
      kind: 'latency',
      objective: { threshold: '500ms', max: 0.05 },
    },
  ],
});

/** What one target's counters did in one scrape interval. */
interface Interval {
  good: number;
  bad: number;
  slow: number;
  restarted: boolean;
  missed: boolean;
}
const rarely = fc.integer({ min: 0, max: 9 }).map((value) => value === 9);
const interval: fc.Arbitrary<Interval> = fc.record({
  good: fc.nat(50),
  bad: fc.nat(3),
  slow: fc.nat(3),
  restarted: rarely,
  missed: rarely,
});

export interface Target {
  phaseMs: number;
  intervals: Interval[];
}
export const target: fc.Arbitrary<Target> = fc.record({
  phaseMs: fc.nat(scrapeIntervalMs - 1),
  intervals: fc.array(interval, { minLength: 5, maxLength: 40 }),
});

export interface History {
  requests: SampleSeries[];
  latency: SampleSeries[];
}

/** The series that a source would hold of these targets; missed scrapes have no sample. */
export function historyOf(targets: readonly Target[]): History {
  const requests: SampleSeries[] = [];
  const latency: SampleSeries[] = [];
  targets.forEach(({ phaseMs, intervals }, index) => {
    const pod = `gateway-${index}`;
    const samples: Record<'alive' | 'good' | 'bad' | 'fast' | 'all', Sample[]> = {
      alive: [],
      good: [],
      bad: [],
      fast: [],
      all: [],
    };
    let [good, bad, slow] = [0, 0, 0];
    intervals.forEach((gained, scrape) => {
      if (gained.restarted) [good, bad, slow] = [0, 0, 0];
      good += gained.good;
      bad += gained.bad;
      slow += Math.min(gained.slow, gained.good);
      if (gained.missed) return;
      const timeMs = startMs + phaseMs + scrape * scrapeIntervalMs;
      samples.alive.push([timeMs, 1]);
      samples.good.push([timeMs, good]);
      // A code has no series before its first request.
      if (bad > 0) samples.bad.push([timeMs, bad]);
      samples.fast.push([timeMs, good - slow]);
      samples.all.push([timeMs, good]);
    });
    requests.push(
      series({ pod, arm: 'stable' }, samples.alive),
      series({ pod, arm: 'candidate', code: '200' }, samples.good),
      series({ pod, arm: 'candidate', code: '503' }, samples.bad),
    );
    latency.push(
      series({ pod, arm: 'candidate', le: '500' }, samples.fast),
      series({ pod, arm: 'candidate', le: '+Inf' }, samples.all),
    );
  });
  return { requests, latency };
}

/** What becomes of the answer to one query on its way. */
export type Mishap = (result: MeasurementResult) => MeasurementResult | undefined;

/** One pass of a controller: it asks what it would ask, gets what a source would answer, and judges. */
export function pass(
  history: History,
  evidence: RolloutEvidence | undefined,
  step: { stepIndex: number; sinceMs: number },
  nowMs: number,
  mishap: Mishap = (result) => result,
  more: Partial<JudgeInput> = {},
) {
  const input = {
    plan,
    ...more,
    evidence,
    arms,
    preset: more.preset ?? plainPreset,
    nowMs,
    scrapeIntervalMs,
    ...step,
  };
  const results = planMeasurements(input).flatMap(({ id, query, atMs }) => {
    const rangeMs = Number(/\[(\d+)ms\]$/.exec(query)![1]);
    const family = { [requestsId]: history.requests, [latencyId]: history.latency }[id]!;
    return mishap(answer(id, family, atMs, rangeMs)) ?? [];
  });
  return judge({ ...input, measurements: { kind: 'measured', atMs: nowMs, results } });
}

export const endMs = startMs + 60 * scrapeIntervalMs;
export const step = { stepIndex: 0, sinceMs: startMs + scrapeIntervalMs };
const none = { requests: 0, bad: 0 };
export const candidateOf = (evidence: RolloutEvidence | undefined, metric = 'errors') =>
  evidence?.metrics[metric]?.candidate ?? none;
export const counts = (evidence: RolloutEvidence | undefined) => ({
  errors: candidateOf(evidence, 'errors'),
  latency: candidateOf(evidence, 'latency'),
});
export const passTimes = fc
  .array(fc.integer({ min: step.sinceMs, max: endMs }), { maxLength: 30 })
  .map((times) => times.sort((a, b) => a - b));

/** Fewer missed scrapes in a row than the anchor reaches back: the case of a source that is well. */
export const steadyTargets = fc.array(target, { minLength: 1, maxLength: 3 });
