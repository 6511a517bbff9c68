import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../simulation/random.ts';
import { bucketTest, commonBoundaries, type HistogramInterval } from './bucket-test.ts';
import { lnRejection } from './error-budget.ts';
import { riskRatioTest } from './risk-ratio-test.ts';
import { budgetLimit, median } from './testing/intervals.ts';

const histogram = (boundaries: readonly number[], cumulative: readonly number[]) => ({
  requests: cumulative.at(-1)!,
  within: new Map(boundaries.map((boundary, index) => [boundary, cumulative[index]!])),
});
const bound = { tolerance: 1 };
const slower: HistogramInterval = {
  candidate: histogram([100, 250, 500, Infinity], [30, 60, 70, 75]),
  stable: histogram([100, 250, 500, Infinity], [712, 1335, 1418, 1425]),
};

describe('the bucket test', () => {
  it('has the known value, and the known values at each boundary', () => {
    // Golden values from an independent computation in another language.
    const state = bucketTest.add(bucketTest.start([100, 250, 500], bound), slower, bound);
    expect(bucketTest.lnE(state)).toBeCloseTo(4.883158, 6);
    const alone = [-1.164757, 4.858205, 5.587385];
    [100, 250, 500].forEach((boundary, index) => {
      const ofOne = bucketTest.add(bucketTest.start([boundary], bound), slower, bound);
      expect(bucketTest.lnE(ofOne)).toBeCloseTo(alone[index]!, 6);
    });
    expect(bucketTest.strongest(state)!.boundary).toBe(500);
    expect(bucketTest.strongest(state)!.lnE).toBeCloseTo(5.587385, 6);
  });

  it('compares the finite boundaries that both arms have', () => {
    const other = { candidate: slower.candidate, stable: histogram([50, 500, 250, Infinity], [1, 9, 8, 10]) };
    expect(commonBoundaries(other)).toEqual([250, 500]);
    expect(commonBoundaries({ ...other, stable: histogram([75], [3]) })).toEqual([]);
  });

  it('learns nothing at a boundary that an arm lost', () => {
    const state = bucketTest.add(bucketTest.start([100, 250, 500], bound), slower, bound);
    const lost = { ...slower, candidate: histogram([100, 500, Infinity], [30, 70, 75]) };
    const after = bucketTest.add(state, lost, bound);
    expect(after.sums.slice(8, 16)).toEqual(state.sums.slice(8, 16));
    expect(after.sums.slice(0, 8)).not.toEqual(state.sums.slice(0, 8));
  });

  it('proves nothing without boundaries', () => {
    const state = bucketTest.add(bucketTest.start([], bound), slower, bound);
    expect(bucketTest.lnE(state)).toBe(0);
    expect(bucketTest.strongest(state)).toBeUndefined();
  });

  it('is the risk-ratio test of slow requests where there is one boundary, and survives a record in JSON exactly', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(100), fc.nat(100), (nc, nb, slow, stableSlow) => {
        const [bad, stableBad] = [Math.floor((nc * slow) / 100), Math.floor((nb * stableSlow) / 100)];
        const interval = {
          candidate: histogram([100, Infinity], [nc - bad, nc]),
          stable: histogram([100, Infinity], [nb - stableBad, nb]),
        };
        const margin = { margin: 1.5, dispersion: 2 };
        const state = bucketTest.add(bucketTest.start([100], margin), interval, margin);
        expect(state.sums).toEqual(
          riskRatioTest.add(
            riskRatioTest.start(margin),
            { candidate: { requests: nc, bad }, stable: { requests: nb, bad: stableBad } },
            margin,
          ),
        );
        const restarted = JSON.parse(JSON.stringify(state)) as typeof state;
        expect(bucketTest.lnE(restarted)).toBe(bucketTest.lnE(state));
        expect(state.sums.every(Number.isFinite)).toBe(true);
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
      let state = bucketTest.start(boundaries, bound);
      const drawn = (requests: number, medianMs: number) => {
        let total = 0;
        const cumulative = random
          .multinomial(requests, sharesOf(medianMs))
          .map((gained) => (total += gained));
        return histogram([...boundaries, Infinity], cumulative);
      };
      for (let look = 1; look <= most; look++) {
        state = bucketTest.add(
          state,
          { candidate: drawn(75, candidateMedianMs), stable: drawn(1425, 100) },
          bound,
        );
        if (bucketTest.lnE(state) >= lnRejection(0.05)) return look;
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
