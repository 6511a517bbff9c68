import { describe, expect, it } from '@jest/globals';
import { breakEvenRatio, growths, requestsToDecide } from './ratio-growth.ts';
import { riskRatioTest } from './risk-ratio-test.ts';
import { interval } from './testing/intervals.ts';

describe('growths', () => {
  // Golden values from an independent computation in another language: betting on twofold harm that is there.
  it.each([
    [0.05, 0.00018085],
    [0.2, 0.00058473],
    [0.5, 0.000849495],
  ])('at a share of %d', (share, expected) => {
    const [, , twofold] = growths({ share, stableRate: 0.01, ratio: 2 }, { tolerance: 1 });
    expect(twofold).toBeCloseTo(expected, 9);
  });

  it('is what an interval of exactly the expected counts adds, per request', () => {
    const bound = { margin: 2, dispersion: 1.5 };
    const state = riskRatioTest.add(
      riskRatioTest.start(bound),
      interval([20_000, 80_000, 20_000 * 0.012, 800]),
      bound,
    );
    const grown = growths({ share: 0.2, stableRate: 0.01, ratio: 1.2 }, bound);
    grown.forEach((growth, index) => expect(growth * 100_000).toBeCloseTo(state[index]!, 6));
  });
});

describe('requestsToDecide', () => {
  const bound = { tolerance: 1 };
  const twofold = { share: 0.05, stableRate: 0.01, ratio: 2 };

  it('is what the best alternative needs at its growth', () => {
    const needed = requestsToDecide(riskRatioTest.start(bound), twofold, bound, 0.05)!;
    expect(needed).toBe(Math.ceil((Math.log(20) + Math.log(8)) / growths(twofold, bound)[2]!));
    // The simulated mean of 1 141 candidate requests has no luck in it that the cost model lacks.
    expect(needed * 0.05).toBeGreaterThan(1000);
    expect(needed * 0.05).toBeLessThan(1700);
  });

  it('shrinks with the evidence, and is 0 when the test rejects', () => {
    const state = riskRatioTest.start(bound);
    const later = state.map((sum) => sum + 2);
    expect(requestsToDecide(later, twofold, bound, 0.05)!).toBeLessThan(
      requestsToDecide(state, twofold, bound, 0.05)!,
    );
    expect(
      requestsToDecide(
        state.map(() => 20),
        twofold,
        bound,
        0.05,
      ),
    ).toBe(0);
  });

  it('is nothing where waiting does not help', () => {
    expect(
      requestsToDecide([0, 0, 0], { share: 0.05, stableRate: 0.01, ratio: 1.9 }, { margin: 2 }, 0.05),
    ).toBeUndefined();
    expect(
      requestsToDecide([0, 0, 0], { share: 0, stableRate: 0.01, ratio: 1 }, { margin: 2 }, 0.05),
    ).toBeUndefined();
  });
});

describe('breakEvenRatio', () => {
  it.each([
    [{ tolerance: 1 }, 1.12],
    [{ tolerance: 1.25 }, 1.4],
    [{ tolerance: 1.5 }, 1.681],
    [{ margin: 1.5 }, 1.233],
    [{ margin: 2 }, 1.443],
    [{ margin: 3 }, 1.82],
  ])('of %j is %d', (bound, expected) => {
    expect(Math.abs(breakEvenRatio(bound) - expected)).toBeLessThan(0.0006);
  });

  it('is where the nearest alternative neither grows nor shrinks, for a small share', () => {
    const ratio = breakEvenRatio({ tolerance: 1.25 });
    const [nearest] = growths({ share: 1e-6, stableRate: 1, ratio }, { tolerance: 1.25 });
    expect(Math.abs(nearest!) / 1e-6).toBeLessThan(1e-6);
  });
});
