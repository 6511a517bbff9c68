import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../simulation/random.ts';
import { lowerRateBound, upperRateBound } from './rate-bounds.ts';
import { budgetLimit } from './testing/intervals.ts';

describe('upperRateBound', () => {
  // Golden values from an independent computation in another language.
  it.each([
    [20, 0, 0.224006, 0.284005],
    [75, 0, 0.073536, 0.093205],
    [300, 0, 0.021174, 0.026411],
    [300, 3, 0.04463, 0.05109],
    [1000, 10, 0.026164, 0.02863],
    [5000, 50, 0.016456, 0.017235],
  ])('of %d requests, %d bad', (requests, bad, ofFivePercent, ofOnePercent) => {
    expect(upperRateBound({ requests, bad }, 0.05)).toBeCloseTo(ofFivePercent, 6);
    expect(upperRateBound({ requests, bad }, 0.01)).toBeCloseTo(ofOnePercent, 6);
  });

  it('knows nothing without requests, and all of nothing but bad ones', () => {
    expect(upperRateBound({ requests: 0, bad: 0 }, 0.05)).toBe(1);
    expect(lowerRateBound({ requests: 0, bad: 0 }, 0.05)).toBe(0);
    expect(upperRateBound({ requests: 50, bad: 50 }, 0.05)).toBe(1);
  });

  it('closes in on the rate for a billion requests', () => {
    const counts = { requests: 1e9, bad: 1e7 };
    expect(upperRateBound(counts, 0.05)).toBeCloseTo(0.01, 4);
    expect(lowerRateBound(counts, 0.05)).toBeCloseTo(0.01, 4);
    expect(upperRateBound(counts, 0.05)).toBeGreaterThan(0.01);
    expect(lowerRateBound(counts, 0.05)).toBeLessThan(0.01);
  });

  it('lies below the true rate at any of 60 looks no more often than its budget', () => {
    const [runs, rate] = [400, 0.03];
    let wrong = 0;
    for (let run = 0; run < runs; run++) {
      const random = seededRandom(run);
      const counts = { requests: 0, bad: 0 };
      for (let look = 0; look < 60; look++) {
        counts.requests += 100;
        counts.bad += random.binomial(100, rate);
        // The bound lies above the sample, so that only a low sample needs it.
        if (counts.bad / counts.requests >= rate || upperRateBound(counts, 0.05) >= rate) continue;
        wrong++;
        break;
      }
    }
    expect(wrong / runs).toBeLessThanOrEqual(budgetLimit(0.05, runs));
  });
});
