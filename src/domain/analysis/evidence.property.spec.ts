import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutEvidence } from '../../api/model-rollout.ts';
import type { MeasurementResult } from './measurement.ts';
import { latencyId, requestsId } from './plan-measurements.ts';
import {
  counts,
  endMs,
  historyOf,
  type Mishap,
  pass,
  steadyTargets,
  step,
} from './testing/target-history.ts';

/** What can become of the answer to one family's query. */
type Fate = 'answered' | 'failed' | 'empty' | 'missing';
const fate = fc.constantFrom<Fate>('answered', 'answered', 'failed', 'empty', 'missing');

const suffer = (result: MeasurementResult, fate: Fate): MeasurementResult | undefined => {
  const { id } = result;
  switch (fate) {
    case 'answered':
      return result;
    case 'failed':
      return { id, failure: { kind: 'timeout', message: 'slow' } };
    case 'empty':
      return { id, result: { kind: 'empty', warnings: [] } };
    case 'missing':
      return undefined;
  }
};

const looks = fc
  .array(
    fc.record({
      nowMs: fc.integer({ min: step.sinceMs, max: endMs }),
      fates: fc.record({ [requestsId]: fate, [latencyId]: fate }),
      written: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((all) => all.sort((a, b) => a.nowMs - b.nowMs));

describe('evidence (law 10)', () => {
  it('holds each increase exactly once for each family, whatever failed when and whatever was forgotten', () => {
    fc.assert(
      fc.property(steadyTargets, looks, (targets, passes) => {
        const history = historyOf(targets);
        const whole = pass(history, undefined, step, endMs).evidence;
        let evidence: RolloutEvidence | undefined;
        for (const { nowMs, fates, written } of passes) {
          const mishap: Mishap = (result) => suffer(result, fates[result.id as keyof typeof fates]);
          const judged = pass(history, evidence, step, nowMs, mishap);
          if (written) evidence = judged.evidence;
        }
        const last = pass(history, evidence, step, endMs).evidence;
        expect(counts(last)).toEqual(counts(whole));
        expect(last.share).toEqual(whole.share);
      }),
      { numRuns: 1200 },
    );
  });
});
