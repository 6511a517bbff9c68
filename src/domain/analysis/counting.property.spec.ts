import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutAnalysis, RolloutEvidence } from '../../api/model-rollout.ts';
import { judge } from './judge.ts';
import type { Sample, SampleSeries } from './measurement.ts';
import { latencyId, planMeasurements, requestsId } from './plan-measurements.ts';
import { answer, arms, plainPreset, series } from './testing/counter-history.ts';

const scrapeIntervalMs = 10_000;
const startMs = 1_000_000_000;
const plan: RolloutAnalysis = {
  source: 'default',
  minRequests: 100,
  metrics: [
    { name: 'errors', kind: 'errorRate', max: 0.02 },
    { name: 'latency', kind: 'latency', objective: { thresholdMs: 500, max: 0.05 } },
  ],
  onInconclusive: 'pause',
  onNoData: 'hold',
  noDataForMs: 600_000,
};

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

interface Target {
  phaseMs: number;
  intervals: Interval[];
}
const target: fc.Arbitrary<Target> = fc.record({
  phaseMs: fc.nat(scrapeIntervalMs - 1),
  intervals: fc.array(interval, { minLength: 5, maxLength: 40 }),
});

/** The series that a source would hold of these targets; missed scrapes have no sample. */
function historyOf(targets: readonly Target[]): { requests: SampleSeries[]; latency: SampleSeries[] } {
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

/** One pass of a controller: it asks what it would ask, gets what a source would answer, and judges. */
function pass(
  history: ReturnType<typeof historyOf>,
  evidence: RolloutEvidence | undefined,
  step: { stepIndex: number; sinceMs: number },
  nowMs: number,
) {
  const input = { plan, evidence, arms, preset: plainPreset, nowMs, scrapeIntervalMs, ...step };
  const results = planMeasurements(input).map(({ id, query, atMs }) => {
    const rangeMs = Number(/\[(\d+)ms\]$/.exec(query)![1]);
    return answer(id, { [requestsId]: history.requests, [latencyId]: history.latency }[id]!, atMs, rangeMs);
  });
  return judge({ ...input, measurements: { kind: 'measured', atMs: nowMs, results } });
}

const endMs = startMs + 60 * scrapeIntervalMs;
const step = { stepIndex: 0, sinceMs: startMs + scrapeIntervalMs };
const none = { requests: 0, bad: 0 };
const candidateOf = (evidence: RolloutEvidence | undefined, metric = 'errors') =>
  evidence?.metrics[metric]?.candidate ?? none;
const counts = (evidence: RolloutEvidence | undefined) => ({
  errors: candidateOf(evidence, 'errors'),
  latency: candidateOf(evidence, 'latency'),
});
const passTimes = fc
  .array(fc.integer({ min: step.sinceMs, max: endMs }), { maxLength: 30 })
  .map((times) => times.sort((a, b) => a - b));

/** Fewer missed scrapes in a row than the anchor reaches back: the case of a source that is well. */
const steadyTargets = fc.array(target, { minLength: 1, maxLength: 3 });

describe('counting (law 10)', () => {
  it('gives the same totals however the history is cut into passes', () => {
    fc.assert(
      fc.property(steadyTargets, passTimes, (targets, times) => {
        const history = historyOf(targets);
        const whole = pass(history, undefined, step, endMs);
        let evidence: RolloutEvidence | undefined;
        for (const nowMs of [...times, endMs]) evidence = pass(history, evidence, step, nowMs).evidence;
        expect(counts(evidence)).toEqual(counts(whole.evidence));
        expect(evidence!.share).toEqual(whole.evidence.share);
        expect(evidence!.cursorMs).toBe(whole.evidence.cursorMs);
      }),
      { numRuns: 120 },
    );
  });

  it('gives the same totals when restarts lose everything since the last checkpoint', () => {
    fc.assert(
      fc.property(steadyTargets, passTimes, fc.infiniteStream(fc.boolean()), (targets, times, written) => {
        const history = historyOf(targets);
        const whole = pass(history, undefined, step, endMs);
        let stored: RolloutEvidence | undefined;
        for (const nowMs of times) {
          const { evidence } = pass(history, stored, step, nowMs);
          if (written.next().value) stored = evidence;
        }
        expect(counts(pass(history, stored, step, endMs).evidence)).toEqual(counts(whole.evidence));
      }),
      { numRuns: 1200 },
    );
  });

  it('changes nothing when the same answer is judged twice', () => {
    fc.assert(
      fc.property(steadyTargets, fc.integer({ min: step.sinceMs, max: endMs }), (targets, nowMs) => {
        const history = historyOf(targets);
        const once = pass(history, undefined, step, nowMs).evidence;
        expect(pass(history, once, step, nowMs).evidence).toBe(once);
      }),
    );
  });

  it('counts no interval on two steps', () => {
    fc.assert(
      fc.property(steadyTargets, passTimes, fc.infiniteStream(fc.boolean()), (targets, times, advances) => {
        const history = historyOf(targets);
        const whole = pass(history, undefined, step, endMs).evidence;
        const sums = { requests: 0, bad: 0 };
        let current = step;
        let evidence: RolloutEvidence | undefined;
        const close = () => {
          sums.requests += candidateOf(evidence).requests;
          sums.bad += candidateOf(evidence).bad;
        };
        for (const nowMs of [...times, endMs]) {
          if (evidence && nowMs > current.sinceMs && advances.next().value) {
            close();
            current = { stepIndex: current.stepIndex + 1, sinceMs: nowMs };
          }
          evidence = pass(history, evidence, current, nowMs).evidence;
        }
        close();
        expect(sums.requests).toBeLessThanOrEqual(candidateOf(whole).requests);
        expect(sums.bad).toBeLessThanOrEqual(candidateOf(whole).bad);
      }),
      { numRuns: 1200 },
    );
  });

  it('loses nothing to a new step when its counting begins where the last one ended', () => {
    fc.assert(
      fc.property(steadyTargets, passTimes, (targets, times) => {
        const history = historyOf(targets);
        const whole = pass(history, undefined, step, endMs).evidence;
        let requests = 0;
        let current = step;
        let evidence: RolloutEvidence | undefined;
        for (const nowMs of [...times, endMs]) {
          evidence = pass(history, evidence, current, nowMs).evidence;
          requests += candidateOf(evidence).requests;
          current = { stepIndex: current.stepIndex + 1, sinceMs: evidence.cursorMs };
        }
        expect(requests).toBe(candidateOf(whole).requests);
      }),
      { numRuns: 1200 },
    );
  });

  it('never counts more than there was, also after long gaps', () => {
    const gappy = fc.array(
      target.map(({ phaseMs, intervals }) => ({
        phaseMs,
        intervals: intervals.map((gained, scrape) => ({
          ...gained,
          missed: gained.missed || (scrape > 8 && scrape < 30),
        })),
      })),
      { minLength: 1, maxLength: 2 },
    );
    fc.assert(
      fc.property(gappy, passTimes, (targets, times) => {
        const history = historyOf(targets);
        let evidence: RolloutEvidence | undefined;
        for (const nowMs of [...times, endMs]) evidence = pass(history, evidence, step, nowMs).evidence;
        const served = targets.flatMap(({ intervals }) => intervals);
        const candidate = candidateOf(evidence);
        expect(candidate.bad).toBeLessThanOrEqual(served.reduce((sum, gained) => sum + gained.bad, 0));
        expect(candidate.requests).toBeLessThanOrEqual(
          served.reduce((sum, { good, bad }) => sum + good + bad, 0),
        );
      }),
      { numRuns: 1200 },
    );
  });
});
