import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../simulation/random.ts';
import { lnRejection } from './error-budget.ts';
import { lnRateSteps, type RateBound } from './rate-limit.ts';
import { rateLimitTest } from './rate-limit-test.ts';
import { lnBinomial } from './testing/binomial-sum.ts';
import { budgetLimit } from './testing/intervals.ts';

const lnEOf = (requests: number, bad: number, bound: RateBound) =>
  rateLimitTest.lnE(rateLimitTest.add(rateLimitTest.start(bound), { requests, bad }, bound));

describe('the test of a rate against a limit', () => {
  // Golden values from an independent computation in another language.
  it.each<[number, number, RateBound, number]>([
    [225, 9, { max: 0.02 }, 0.933299],
    [225, 9, { max: 0.01 }, 4.428714],
    [400, 3, { below: 0.03 }, 4.222958],
    [300, 0, { below: 0.01 }, 1.691749],
  ])('%d requests, %d bad, against %j', (requests, bad, bound, expected) => {
    expect(lnEOf(requests, bad, bound)).toBeCloseTo(expected, 6);
  });

  it('has an expectation of at most 1 on the tested side (exact sum over all outcomes)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (requests, limit, beyond, isMax) => {
          const bound = isMax ? { max: limit } : { below: limit };
          const rate = isMax ? limit * (1 - beyond) : limit + (1 - limit) * 0.999 * beyond;
          const lnProbabilities = lnBinomial(requests, rate);
          const mean = lnProbabilities.reduce(
            (sum, lnProbability, bad) => sum + Math.exp(lnProbability + lnEOf(requests, bad, bound)),
            0,
          );
          expect(mean).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  it('is exact at the limit', () => {
    const mean = lnBinomial(300, 0.02).reduce(
      (sum, lnProbability, bad) => sum + Math.exp(lnProbability + lnEOf(300, bad, { max: 0.02 })),
      0,
    );
    expect(mean).toBeCloseTo(1, 9);
  });

  it('does not depend on how the requests are cut into intervals, and survives a record in JSON exactly', () => {
    const bound = { max: 0.02 };
    let state = rateLimitTest.start(bound);
    for (const bad of [0, 3, 1]) {
      state = rateLimitTest.add(state, { requests: 1e9 / 4, bad: bad * 1e6 }, bound);
      state = JSON.parse(JSON.stringify(state)) as number[];
    }
    state = rateLimitTest.add(state, { requests: 1e9 / 4, bad: 0 }, bound);
    expect(state.every(Number.isFinite)).toBe(true);
    expect(rateLimitTest.lnE(state) / lnEOf(1e9, 4e6, bound)).toBeCloseTo(1, 9);
  });

  it('takes limits at both ends', () => {
    expect(lnEOf(1000, 1000, { max: 1 })).toBe(0);
    expect(lnEOf(1000, 1000, { max: 0.8 })).toBeGreaterThan(lnRejection(0.001));
    // No error is allowed: a single one is no proof yet, three are.
    expect(lnEOf(1000, 1, { max: 0 })).toBeLessThan(lnRejection(0.01));
    expect(lnEOf(1000, 3, { max: 0 })).toBeGreaterThan(lnRejection(0.01));
    expect(lnEOf(1000, 0, { max: 0 })).toBeLessThanOrEqual(0);
  });

  it('keeps its budget at the limit, with a look after each interval', () => {
    const [runs, bound] = [600, { max: 0.02 }];
    let wrong = 0;
    for (let run = 0; run < runs; run++) {
      const random = seededRandom(run);
      let state = rateLimitTest.start(bound);
      for (let look = 0; look < 60; look++) {
        state = rateLimitTest.add(state, { requests: 100, bad: random.binomial(100, 0.02) }, bound);
        if (rateLimitTest.lnE(state) < lnRejection(0.05)) continue;
        wrong++;
        break;
      }
    }
    expect(wrong / runs).toBeLessThanOrEqual(budgetLimit(0.05, runs));
    expect(wrong).toBeGreaterThan(0);
  });

  it.each<[RateBound, RegExp]>([
    [{ max: 1.5 }, /max is 1.5: accepted/],
    [{ max: NaN }, /max is NaN: accepted/],
    [{ below: 0 }, /below is 0: accepted/],
    [{ max: 0.1, dispersion: 0 }, /dispersion is 0: accepted/],
  ])('refuses %j', (bound, message) => {
    expect(() => lnRateSteps({ requests: 1, bad: 0 }, bound)).toThrow(message);
  });
});
