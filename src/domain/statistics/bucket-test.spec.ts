import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../simulation/random.ts';
import { lnBucketSteps, strongestBoundary } from './bucket-test.ts';
import { lnRejection } from './error-budget.ts';
import type { Interval } from './interval.ts';
import { addSteps, lnMean } from './mixture.ts';
import { riskRatioTest } from './risk-ratio-test.ts';
import { budgetLimit, median } from './testing/intervals.ts';

/** What lies above each boundary, from cumulative counts that end with all requests. */
const above = (candidate: readonly number[], stable: readonly number[]): Interval[] =>
  candidate.slice(0, -1).map((_, index) => {
    const arm = (cumulative: readonly number[]) => ({
      requests: cumulative.at(-1)!,
      bad: cumulative.at(-1)! - cumulative[index]!,
    });
    return { candidate: arm(candidate), stable: arm(stable) };
  });
const bound = { tolerance: 1 };
const slower = above([30, 60, 70, 75], [712, 1335, 1418, 1425]);

describe('the bucket test', () => {
  it('has the known value, and the known values at each boundary', () => {
    // Golden values from an independent computation in another language.
    const sums = lnBucketSteps(slower, bound);
    expect(lnMean(sums)).toBeCloseTo(4.883158, 6);
    const alone = [-1.164757, 4.858205, 5.587385];
    slower.forEach((boundary, index) => {
      expect(lnMean(lnBucketSteps([boundary], bound))).toBeCloseTo(alone[index]!, 6);
    });
    expect(strongestBoundary(sums, 3)).toEqual({ index: 2, lnE: expect.closeTo(5.587385, 6) });
  });

  it('learns nothing at a boundary that an arm lost', () => {
    const [low, middle, high] = slower as [Interval, Interval, Interval];
    const lost = { ...middle, candidate: { requests: 0, bad: 0 } };
    const steps = lnBucketSteps([low, lost, high], bound);
    expect(steps.slice(8, 16)).toEqual(Array(8).fill(0));
    expect(steps.slice(16)).toEqual(lnBucketSteps([high], bound));
  });

  it('proves nothing without boundaries', () => {
    expect(lnMean(lnBucketSteps([], bound))).toBe(0);
    expect(strongestBoundary([], 0)).toBeUndefined();
  });

  it('is the risk-ratio test of slow requests where there is one boundary, and finite', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(100), fc.nat(100), (nc, nb, slow, stableSlow) => {
        const [bad, stableBad] = [Math.floor((nc * slow) / 100), Math.floor((nb * stableSlow) / 100)];
        const margin = { margin: 1.5, dispersion: 2 };
        const steps = lnBucketSteps(above([nc - bad, nc], [nb - stableBad, nb]), margin);
        const interval = { candidate: { requests: nc, bad }, stable: { requests: nb, bad: stableBad } };
        expect(steps).toEqual(riskRatioTest.add(riskRatioTest.start(margin), interval, margin));
        expect(steps.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  describe('on latencies of a median of 100 ms, looked at after each interval', () => {
    // Shares of requests in each bucket of a lognormal latency (sigma 0.6) between the default boundaries, in milliseconds.
    const boundaries = [25, 50, 100, 250, 500, 1000];
    const sharesOf = (medianMs: number) => {
      const below = [...boundaries, Infinity].map((limit) => normalCdf(Math.log(limit / medianMs) / 0.6));
      return below.map((share, index) => share - (below[index - 1] ?? 0));
    };
    const looksUntilFail = (run: number, candidateMedianMs: number, most: number) => {
      const random = seededRandom(run);
      let sums = Array<number>(boundaries.length * 8).fill(0);
      const drawn = (requests: number, medianMs: number) => {
        let total = 0;
        return random.multinomial(requests, sharesOf(medianMs)).map((gained) => (total += gained));
      };
      for (let look = 1; look <= most; look++) {
        const interval = above(drawn(75, candidateMedianMs), drawn(1425, 100));
        sums = addSteps(sums, lnBucketSteps(interval, bound));
        if (lnMean(sums) >= lnRejection(0.05)) return look;
      }
      return Infinity;
    };

    it('finds 20 % more latency', () => {
      const looks = median(Array.from({ length: 60 }, (_, run) => looksUntilFail(run, 120, 60)));
      // Reference with eleven buckets: 460 requests of the candidate.
      expect(looks * 75).toBeGreaterThan(225);
      expect(looks * 75).toBeLessThan(800);
    });

    it('keeps its budget', () => {
      const wrong = Array.from({ length: 100 }, (_, run) => looksUntilFail(run, 100, 40)).filter(
        Number.isFinite,
      );
      expect(wrong.length / 100).toBeLessThanOrEqual(budgetLimit(0.05, 100));
    });
  });
});

/** The normal distribution function, to 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalCdf(x: number): number {
  if (x < 0) return 1 - normalCdf(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Number.isFinite(x) ? 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * tail : 1;
}
