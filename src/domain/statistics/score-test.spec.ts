import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lnMean } from './mixture.ts';
import { lnScoreSteps } from './score-test.ts';

describe('lnScoreSteps', () => {
  it('has an expectation of at most 1 for every mean on the tested side (exact sum over two-point scores)', () => {
    const unit = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(unit, unit, unit, fc.boolean(), (mean, low, high, isMax) => {
        // Two points around the bound, weighted so that their mean is the bound.
        const [a, b] = [mean * low, mean + (1 - mean) * high];
        const ofHigh = (mean - a) / (b - a);
        const bound = isMax ? { max: mean } : { below: mean };
        const [ofA, ofB] = [lnScoreSteps([a], bound), lnScoreSteps([b], bound)];
        ofA.forEach((step, index) => {
          const expected = (1 - ofHigh) * Math.exp(step) + ofHigh * Math.exp(ofB[index]!);
          expect(expected).toBeCloseTo(1, 9);
          // Further inside the tested side it is no more.
          const inside = isMax ? 0.8 * ofHigh : ofHigh + 0.2 * (1 - ofHigh);
          const less = (1 - inside) * Math.exp(step) + inside * Math.exp(ofB[index]!);
          expect(less).toBeLessThanOrEqual(1 + 1e-9);
        });
      }),
    );
  });

  it('bets as much as the worst score can take', () => {
    const [worst, best] = [lnScoreSteps([0], { max: 0.25 }), lnScoreSteps([1], { max: 0.25 })];
    [0.02, 0.1, 0.3, 0.6, 0.9].forEach((bet, index) => {
      expect(worst[index]).toBeCloseTo(Math.log(1 - bet), 12);
      expect(best[index]).toBeCloseTo(Math.log(1 + 3 * bet), 12);
    });
  });

  it('finds a mean beyond the bound, either way', () => {
    const scores = Array.from({ length: 400 }, (_, index) => (index % 2 === 0 ? 0.2 : 0.7));
    expect(lnMean(lnScoreSteps(scores, { max: 0.3 }))).toBeGreaterThan(5);
    expect(lnMean(lnScoreSteps(scores, { below: 0.6 }))).toBeGreaterThan(5);
    expect(lnMean(lnScoreSteps(scores, { max: 0.6 }))).toBeLessThan(0);
    expect(lnScoreSteps([], { max: 0.5 }).every((step) => step === 0)).toBe(true);
  });

  it('refuses what lies outside', () => {
    expect(() => lnScoreSteps([1.2], { max: 0.5 })).toThrow(/a score is 1.2/);
    expect(() => lnScoreSteps([NaN], { max: 0.5 })).toThrow(/a score is NaN/);
    expect(() => lnScoreSteps([0.5], { below: 1 })).toThrow(/below is 1: accepted/);
  });
});
