import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextWeight } from './adaptive-weight.ts';
import { upperRateBound } from './rate-bounds.ts';

const setting = { requests: 1500, lossBudget: 15, minExcess: 0.001, growth: 3, min: 0.01, max: 0.5 };

describe('nextWeight', () => {
  // Golden values from an independent computation in another language.
  it.each([
    [15, 0, 14 / 1485, 0.01, 0.280139, 0.03],
    [60, 1, 28 / 2955, 0.03, 0.132319, 0.081404],
    [195, 2, 43 / 4365, 0.0887, 0.056836, 0.212833],
    [600, 6, 90 / 9000, 0.0887, 0.032134, 0.2661],
    [2000, 20, 400 / 40000, 0.2, 0.020755, 0.5],
  ])(
    'after %d requests, %d bad, beside a rate of %d, at %d',
    (requests, bad, stableRate, weight, upper, expected) => {
      const upperRate = upperRateBound({ requests, bad }, 0.05);
      expect(upperRate).toBeCloseTo(upper, 6);
      expect(nextWeight({ ...setting, weight, upperRate, stableRate })).toBeCloseTo(expected, 6);
    },
  );

  it('never shrinks, never jumps, and loses no more than the budget by what it adds', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        fc.nat(1e9),
        rate,
        rate,
        fc.double({ min: 0.1, max: 1000, noNaN: true }),
        (weight, requests, upperRate, stableRate, lossBudget) => {
          const next = nextWeight({ ...setting, weight, requests, upperRate, stableRate, lossBudget });
          expect(next).toBeGreaterThanOrEqual(weight);
          expect(next).toBeLessThanOrEqual(Math.max(setting.min, 3 * weight));
          if (next > Math.max(weight, setting.min)) {
            expect(next).toBeLessThanOrEqual(setting.max);
            expect(next * requests * (upperRate - stableRate)).toBeLessThanOrEqual(lossBudget * (1 + 1e-9));
          }
        },
      ),
    );
  });

  it('is bounded by growth alone where nothing is asked', () => {
    expect(nextWeight({ ...setting, requests: 0, weight: 0.05, upperRate: 1, stableRate: 0 })).toBeCloseTo(
      0.15,
      12,
    );
  });
});
