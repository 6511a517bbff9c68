import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../simulation/random.ts';
import { lnRejection } from './error-budget.ts';
import type { Interval } from './interval.ts';
import { addSteps, lnMean, startSums } from './mixture.ts';
import { lnOddsSteps } from './odds-ratio.ts';
import { lnRatioSteps, type RatioBound, ratioHypothesis } from './risk-ratio.ts';
import { expectation } from './testing/binomial-sum.ts';
import { drawnInterval, interval, median } from './testing/intervals.ts';

describe('lnOddsSteps', () => {
  it('has the known values', () => {
    // Golden values from an independent computation in another language.
    const steps = lnOddsSteps(interval([30, 70, 15, 21]), { tolerance: 1 });
    expect(steps[2]).toBeCloseTo(1.715319, 6);
    expect(lnMean(steps)).toBeCloseTo(0.800209, 6);
  });

  it('has an expectation of 1 at the edge, and of at most 1 beyond it (exact sum over all outcomes)', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 15 })),
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        fc.constantFrom<RatioBound>({ tolerance: 1 }, { tolerance: 1.25 }, { margin: 2 }, { margin: 1.5 }),
        ([nc, nb], rate, bound) => {
          const { edge, alternatives } = ratioHypothesis(bound);
          const atOdds = (ratio: number) => (ratio * rate) / (1 - rate + ratio * rate);
          alternatives.forEach((_, index) => {
            const mean = (candidateRate: number) =>
              expectation(
                [
                  [nc, candidateRate],
                  [nb, rate],
                ],
                (ec, eb) => lnOddsSteps(interval([nc, nb, ec, eb]), bound)[index]!,
              );
            expect(mean(atOdds(edge))).toBeCloseTo(1, 9);
            expect(mean(atOdds('tolerance' in bound ? 0.7 * edge : 1.4 * edge))).toBeLessThanOrEqual(
              1 + 1e-9,
            );
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('agrees with the risk ratio where bad requests are rare', () => {
    const row = interval([75_000, 1_425_000, 9, 140]);
    const odds = lnOddsSteps(row, { tolerance: 1.25 });
    lnRatioSteps(row, { tolerance: 1.25 }).forEach((step, index) => {
      // The smaller the bet the closer: what is left is the square of the rates.
      if (index < 4) expect(Math.abs(step - odds[index]!)).toBeLessThan(0.02);
    });
  });

  it('learns nothing from one arm, from no bad request, and from nothing but bad requests', () => {
    for (const row of [
      [0, 100, 0, 20],
      [100, 0, 20, 0],
      [100, 100, 0, 0],
      [0, 0, 0, 0],
    ] as const) {
      expect(lnOddsSteps(interval(row), { tolerance: 1 })).toEqual(startSums(8));
    }
    lnOddsSteps(interval([50, 100, 50, 100]), { tolerance: 1 }).forEach((step) =>
      expect(step).toBeCloseTo(0, 9),
    );
  });

  it('stays finite and quick for a billion requests', () => {
    const steps = lnOddsSteps(interval([1e9, 1e9, 3e8, 3.0001e8]), { tolerance: 1 });
    expect(steps.every(Number.isFinite)).toBe(true);
    expect(Math.max(...steps)).toBeLessThan(0);
    expect(JSON.parse(JSON.stringify(steps))).toEqual(steps);
  });

  it('finds harm at a high rate in fewer intervals than the risk ratio', () => {
    const enough = lnRejection(0.05);
    const looks = (stepsOf: (interval: Interval, bound: RatioBound) => number[], run: number) => {
      const random = seededRandom(run);
      let sums = startSums(8);
      for (let look = 1; look < 100; look++) {
        const drawn = drawnInterval(random, 1500, 0.05, { candidate: 0.5, stable: 0.3 });
        sums = addSteps(sums, stepsOf(drawn, { tolerance: 1 }));
        if (lnMean(sums) >= enough) return look;
      }
      return Infinity;
    };
    const medianOf = (stepsOf: typeof lnOddsSteps) =>
      median(Array.from({ length: 100 }, (_, run) => looks(stepsOf, run)));
    // Reference: 1 interval against 2.
    expect(medianOf(lnOddsSteps)).toBeLessThanOrEqual(2);
    expect(medianOf(lnRatioSteps)).toBeGreaterThan(medianOf(lnOddsSteps));
  });
});
