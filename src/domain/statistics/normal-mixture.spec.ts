import { describe, expect, it } from '@jest/globals';
import { lnRejection } from './error-budget.ts';
import { lnOneSidedMixture, lnTwoSidedMixture, tightestSpread, twoSidedBound } from './normal-mixture.ts';

describe('normal mixtures', () => {
  // Values of the unit tests of confseq, tightest at a variance of 100 with an error probability of 5 %.
  const spread = tightestSpread(100, 0.05);
  const oneSided = tightestSpread(100, 0.1);

  it('have the known spreads, values and bounds', () => {
    expect(spread).toBeCloseTo(12.60056, 5);
    expect(oneSided).toBeCloseTo(15.80063, 5);
    expect(lnTwoSidedMixture({ sum: 10, variance: 100 }, spread)).toBeCloseTo(-0.6510052, 7);
    expect(lnOneSidedMixture({ sum: 10, variance: 100 }, oneSided)).toBeCloseTo(-0.06502391, 8);
    expect(twoSidedBound(100, spread, 0.05)).toBeCloseTo(30.35209, 5);
  });

  it('reject exactly at their bounds', () => {
    expect(lnTwoSidedMixture({ sum: 30.35209, variance: 100 }, spread)).toBeCloseTo(lnRejection(0.05), 6);
    expect(lnOneSidedMixture({ sum: 27.66071, variance: 100 }, oneSided)).toBeCloseTo(lnRejection(0.05), 6);
  });

  it('stay finite far below', () => {
    expect(Number.isFinite(lnOneSidedMixture({ sum: -1e6, variance: 100 }, oneSided))).toBe(true);
  });
});
