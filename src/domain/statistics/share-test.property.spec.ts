import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lnShareEvidence, shareRejection, shareTest, shareTolerance } from './share-test.ts';

/** A small seeded generator (xorshift32), so that the simulations below give the same numbers on every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The part of `runs` in which the test rejects at any of its looks, with requests drawn at the true share. */
function rejectionRate(trueShare: number, expectedShare: number, runs: number, seed: number): number {
  const random = seeded(seed);
  const lookEvery = 20;
  let rejections = 0;
  for (let run = 0; run < runs; run++) {
    let candidate = 0;
    for (let total = 1; total <= 1000; total++) {
      if (random() < trueShare) candidate++;
      if (total % lookEvery > 0) continue;
      if (shareTest({ candidate, stable: total - candidate }, expectedShare).rejected) {
        rejections++;
        break;
      }
    }
  }
  return rejections / runs;
}

describe('the share test', () => {
  // The limit is the guaranteed 1 % plus three standard errors of 2,000 runs.
  const limit = 1 / shareRejection + 3 * Math.sqrt((0.01 * 0.99) / 2000);

  it.each([
    ['the upper edge', 0.2 * (1 + shareTolerance), 0.2],
    ['the lower edge', 0.2 * (1 - shareTolerance), 0.2],
    ['the expected share', 0.2, 0.2],
    ['the upper edge of a small share', 0.05 * (1 + shareTolerance), 0.05],
  ])(
    'rejects a true share at %s in at most 1 %% of the steps, looked at 50 times',
    (_, trueShare, expected) => {
      expect(rejectionRate(trueShare, expected, 2000, 7)).toBeLessThanOrEqual(limit);
    },
  );

  it('finds a split that was not applied, in most steps', () => {
    expect(rejectionRate(0.05, 0.25, 200, 11)).toBeGreaterThan(0.95);
  });

  it('has an expectation of at most 1 within the tolerance (exact sum over all outcomes)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.01, max: 0.75, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (total, expected, position) => {
          const share = expected * (1 + position * shareTolerance);
          let lnChoose = 0;
          let mean = 0;
          for (let candidate = 0; candidate <= total; candidate++) {
            const lnProbability =
              lnChoose + candidate * Math.log(share) + (total - candidate) * Math.log1p(-share);
            mean += Math.exp(lnProbability + lnShareEvidence(candidate, total, expected, shareTolerance));
            lnChoose += Math.log(total - candidate) - Math.log(candidate + 1);
          }
          expect(mean).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('always gives a number', () => {
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.nat(1e9),
        fc.double({ min: 1e-3, max: 1, noNaN: true }),
        (candidate, stable, expected) => {
          expect(shareTest({ candidate, stable }, expected).lnE).not.toBeNaN();
        },
      ),
    );
  });
});
