import { describe, expect, it } from '@jest/globals';
import { lnPairSteps } from './discordant-pairs.ts';
import { lnMean } from './mixture.ts';
import { ratioHypothesis } from './risk-ratio.ts';
import { lnBinomial } from './testing/binomial-sum.ts';

describe('lnPairSteps', () => {
  it('has the known values', () => {
    // Golden values from an independent computation in another language.
    const steps = lnPairSteps({ candidateOnly: 12, stableOnly: 3 }, { tolerance: 1 });
    expect(lnMean(steps)).toBeCloseTo(1.985359, 6);
    expect(steps[3]).toBeCloseTo(2.78614, 6);
  });

  it('has an expectation of 1 at the edge (exact sum over all outcomes)', () => {
    for (const bound of [{ tolerance: 1 }, { tolerance: 1.25 }, { margin: 2 }]) {
      const { edge, alternatives } = ratioHypothesis(bound);
      alternatives.forEach((_, index) => {
        const mean = lnBinomial(30, edge / (1 + edge)).reduce(
          (sum, lnProbability, candidateOnly) =>
            sum +
            Math.exp(
              lnProbability + lnPairSteps({ candidateOnly, stableOnly: 30 - candidateOnly }, bound)[index]!,
            ),
          0,
        );
        expect(mean).toBeCloseTo(1, 9);
      });
    }
  });

  it('learns nothing without discordant pairs, stays finite for a billion, and refuses what is no count', () => {
    expect(lnPairSteps({ candidateOnly: 0, stableOnly: 0 }, { margin: 2 })).toEqual([0, 0, 0]);
    expect(
      lnPairSteps({ candidateOnly: 1e9, stableOnly: 1e9 }, { tolerance: 1 }).every(Number.isFinite),
    ).toBe(true);
    expect(() => lnPairSteps({ candidateOnly: -1, stableOnly: 0 }, { tolerance: 1 })).toThrow(
      /candidateOnly is -1/,
    );
  });
});
