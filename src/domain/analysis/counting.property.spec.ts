import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutEvidence } from '../../api/model-rollout.ts';
import {
  candidateOf,
  counts,
  endMs,
  historyOf,
  pass,
  passTimes,
  steadyTargets,
  step,
  target,
} from './testing/target-history.ts';

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
