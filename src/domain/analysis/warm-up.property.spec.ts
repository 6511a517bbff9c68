import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutEvidence } from '../../api/model-rollout.ts';
import type { JudgeInput } from './judge.ts';
import type { SampleSeries } from './measurement.ts';
import { plainPreset } from './testing/counter-history.ts';
import {
  counts,
  endMs,
  type History,
  historyOf,
  pass,
  passTimes,
  plan,
  scrapeIntervalMs,
  startMs,
  steadyTargets,
  step,
} from './testing/target-history.ts';

const warmUpMs = 5 * scrapeIntervalMs;
/** When each of up to three pods became ready: before the step, in it, or after all that was scraped. */
const readyTimes = fc.array(fc.integer({ min: startMs - warmUpMs, max: endMs }), {
  minLength: 3,
  maxLength: 3,
});
const readyPods = (times: readonly number[]) => ({
  candidate: Object.fromEntries(times.map((timeMs, index) => [`gateway-${index}`, timeMs])),
  stable: {},
});
const warming = (times: readonly number[]): Partial<JudgeInput> => ({
  plan: { ...plan, warmUpMs },
  preset: { ...plainPreset, perPod: true },
  readyPods: readyPods(times),
});
const judged = (history: History, nowMs: number, more: Partial<JudgeInput>, evidence?: RolloutEvidence) =>
  pass(history, evidence, step, nowMs, (result) => result, more).evidence;

/** The history as if nobody had looked at a pod before it was warm. */
function scrapedFrom(history: History, times: readonly number[]): History {
  const cut = (series: SampleSeries[]) =>
    series.map(({ labels, samples }) => {
      const index = Number(/\d+$/.exec(labels['pod']!)![0]);
      return { labels, samples: samples.filter(([timeMs]) => timeMs >= times[index]! + warmUpMs) };
    });
  return { requests: cut(history.requests), latency: cut(history.latency) };
}

describe('the warm-up of pods', () => {
  it('law 10: gives the same totals however the history is cut into passes', () => {
    fc.assert(
      fc.property(steadyTargets, readyTimes, passTimes, (targets, ready, times) => {
        const history = historyOf(targets);
        const whole = judged(history, endMs, warming(ready));
        let evidence: RolloutEvidence | undefined;
        for (const nowMs of [...times, endMs]) evidence = judged(history, nowMs, warming(ready), evidence);
        expect(counts(evidence)).toEqual(counts(whole));
      }),
      { numRuns: 200 },
    );
  });

  it('counts what a source has that scraped each pod only when it was warm', () => {
    fc.assert(
      fc.property(steadyTargets, readyTimes, (targets, ready) => {
        const history = historyOf(targets);
        // Rounds end where all targets were scraped, so that the last ones may differ: what lies before must not.
        const nowMs = endMs + 10 * scrapeIntervalMs;
        const { plan: _plan, ...plain } = warming(ready);
        expect(counts(judged(history, nowMs, warming(ready)))).toEqual(
          counts(judged(scrapedFrom(history, ready), nowMs, plain)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('never counts more, changes nothing for pods that are warm, and leaves the share alone', () => {
    fc.assert(
      fc.property(steadyTargets, readyTimes, (targets, ready) => {
        const history = historyOf(targets);
        const all = judged(history, endMs, {});
        const some = judged(history, endMs, warming(ready));
        const warm = judged(history, endMs, warming(ready.map(() => startMs - 2 * warmUpMs)));
        expect(counts(some).errors.requests).toBeLessThanOrEqual(counts(all).errors.requests);
        expect(counts(some).errors.bad).toBeLessThanOrEqual(counts(all).errors.bad);
        expect(counts(some).latency.requests).toBeLessThanOrEqual(counts(all).latency.requests);
        expect(counts(warm)).toEqual(counts(all));
        expect(some.share).toEqual(all.share);
      }),
    );
  });
});
