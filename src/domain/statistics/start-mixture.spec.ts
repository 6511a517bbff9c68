import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../simulation/random.ts';
import { lnRejection } from './error-budget.ts';
import type { Interval } from './interval.ts';
import { logAddExp } from './log-sum-exp.ts';
import { lnRatioSteps } from './risk-ratio.ts';
import { riskRatioTest } from './risk-ratio-test.ts';
import { openEndedShare, type StartMixture, startMixture } from './start-mixture.ts';
import { budgetLimit, drawnInterval, harmful, interval, median } from './testing/intervals.ts';

const bound = { tolerance: 1 };

describe('a mixture over starts', () => {
  it('has the known values with half before the first interval and half before the third', () => {
    // Golden values from an independent computation in another language.
    const expected = [0.562409, 0.965759, 3.508446];
    let state = startMixture.start();
    harmful.forEach((row, index) => {
      state = startMixture.add(state, lnRatioSteps(interval(row), bound), index === 1 ? 0 : 0.5);
      expect(startMixture.lnE(state)).toBeCloseTo(expected[index]!, 6);
    });
    expect(state.unstarted).toBe(0);
  });

  it('is the plain test when all of it starts at once, and stands still before', () => {
    const steps = lnRatioSteps(interval(harmful[0]!), bound);
    const waiting = startMixture.add(startMixture.start(), steps);
    expect(waiting).toEqual(startMixture.start());
    expect(startMixture.lnE(waiting)).toBe(0);
    const started = startMixture.add(waiting, steps, 1);
    expect(startMixture.lnE(started)).toBeCloseTo(
      riskRatioTest.lnE(riskRatioTest.add(riskRatioTest.start(bound), interval(harmful[0]!), bound)),
      12,
    );
    // Nothing is left to start.
    expect(startMixture.add(started, steps, 0.5).unstarted).toBe(0);
  });

  it('is the weighted mean of tests that started at different times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 12 }),
        (steps) => {
          let state = startMixture.start();
          const shares = steps.map(() => 1 / steps.length);
          steps.forEach((step, index) => (state = startMixture.add(state, [step], shares[index]!)));
          const parts = shares.map(
            (share, start) => Math.log(share) + steps.slice(start).reduce((sum, step) => sum + step, 0),
          );
          expect(startMixture.lnE(state)).toBeCloseTo(parts.reduce(logAddExp), 9);
        },
      ),
    );
  });

  it('shares 1/2, 1/6, 1/12 and so on without an end', () => {
    let state = startMixture.start();
    for (let start = 1; start <= 50; start++) {
      const share = openEndedShare(state);
      expect(share).toBeCloseTo(1 / (start * (start + 1)), 12);
      state = startMixture.add(state, [0], share);
      expect(startMixture.lnE(state)).toBeCloseTo(0, 9);
    }
  });

  it('survives a record in JSON exactly, before and after the first start', () => {
    const states = [
      startMixture.start(),
      startMixture.add(startMixture.start(), lnRatioSteps(interval([1e9, 1e9, 1e7, 2e8]), bound), 0.5),
    ];
    for (const state of states) expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(states[1]!.running.every(Number.isFinite)).toBe(true);
  });

  describe('over a start every five minutes of an hour', () => {
    const [looks, everyLooks, enough] = [240, 20, lnRejection(0.05)];
    const rates = (look: number, onset: number, harm: number) => ({
      candidate: look < onset ? 0.01 : 0.01 * harm,
      stable: 0.01,
    });
    const plain = {
      start: () => riskRatioTest.start(bound),
      add: (state: number[], row: Interval) => riskRatioTest.add(state, row, bound),
      lnE: riskRatioTest.lnE,
    };
    const mixed = {
      start: startMixture.start,
      add: (state: StartMixture, row: Interval, look: number) =>
        startMixture.add(state, lnRatioSteps(row, bound), look % everyLooks === 0 ? everyLooks / looks : 0),
      lnE: startMixture.lnE,
    };

    /** Looks until the test rejects, of each run; Infinity where it never does. */
    function untilFail<State>(
      test: {
        start(): State;
        add(state: State, row: Interval, look: number): State;
        lnE(state: State): number;
      },
      { runs, most, onset, harm }: Record<'runs' | 'most' | 'onset' | 'harm', number>,
    ): number[] {
      return Array.from({ length: runs }, (_, run) => {
        const random = seededRandom(run);
        let state = test.start();
        for (let look = 0; look < most; look++) {
          state = test.add(state, drawnInterval(random, 1500, 0.05, rates(look, onset, harm)), look);
          if (test.lnE(state) >= enough) return look + 1;
        }
        return Infinity;
      });
    }

    it('needs less than half of the time of the plain test for harm that begins after 20 minutes', () => {
      const late = { runs: 60, most: 120, onset: 80, harm: 5 };
      const delay = (needed: number[]) => median(needed.filter((look) => look > late.onset)) - late.onset;
      // Reference: 3 looks against 10.
      expect(delay(untilFail(mixed, late))).toBeLessThanOrEqual(4);
      expect(delay(untilFail(plain, late))).toBeGreaterThanOrEqual(8);
    });

    it('keeps its budget', () => {
      const wrong = untilFail(mixed, { runs: 200, most: 120, onset: 0, harm: 1 }).filter(Number.isFinite);
      expect(wrong.length / 200).toBeLessThanOrEqual(budgetLimit(0.05, 200));
    });
  });
});
