import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../simulation/random.ts';
import { lnRejection } from './error-budget.ts';
import { gaugeTest } from './gauge-test.ts';
import { budgetLimit, median } from './testing/intervals.ts';

describe('the gauge test', () => {
  /** A standard normal number, by the sum of twelve uniform ones. */
  const normal = (random: { uniform(): number }) =>
    Array.from({ length: 12 }, () => random.uniform()).reduce((sum, x) => sum + x, -6);

  const looksUntilFail = (run: number, shift: number, unit: number, most: number) => {
    const random = seededRandom(run);
    let state = gaugeTest.start();
    for (let look = 1; look <= most; look++) {
      state = gaugeTest.add(state, unit * (normal(random) + shift));
      if (gaugeTest.lnE(state) >= lnRejection(0.05)) return look;
    }
    return Infinity;
  };

  it.each([
    // Reference: 34, 15 and 10 intervals.
    [0.5, 50],
    [1, 22],
    [2, 14],
  ])('finds a shift of %d standard deviations', (shift, most) => {
    const looks = Array.from({ length: 100 }, (_, run) => looksUntilFail(run, shift, 1, 200));
    expect(median(looks)).toBeLessThanOrEqual(most);
  });

  it('keeps its budget', () => {
    const wrong = Array.from({ length: 300 }, (_, run) => looksUntilFail(run, 0, 1, 100)).filter(
      Number.isFinite,
    );
    expect(wrong.length / 300).toBeLessThanOrEqual(budgetLimit(0.05, 300));
  });

  it('has an expectation of at most 1 over all signs of differences of any sizes (exact sum)', () => {
    for (const sizes of [
      [1, 1, 1, 1, 1, 1, 1, 1],
      [0.001, 50, 3, 3, 0.2, 700, 1, 9],
      [5, 4, 3, 2, 1, 0.5, 0, 0.1],
    ]) {
      let total = 0;
      for (let signs = 0; signs < 2 ** sizes.length; signs++) {
        const state = sizes.reduce(
          (state, size, index) => gaugeTest.add(state, (signs >> index) & 1 ? size : -size),
          gaugeTest.start(),
        );
        total += Math.exp(gaugeTest.lnE(state));
      }
      expect(total / 2 ** sizes.length).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it('takes its unit from the first difference that is not 0', () => {
    const state = [0, -2, 5].reduce(gaugeTest.add, gaugeTest.start());
    expect(state).toEqual({ sum: 3, squares: 29, unit: 4 });
  });

  it('does not depend on the unit, and survives a record in JSON exactly', () => {
    for (let run = 0; run < 10; run++) {
      expect(looksUntilFail(run, 1, 1, 200)).toBe(looksUntilFail(run, 1, 2 ** 20, 200));
    }
    const state = gaugeTest.add(gaugeTest.add(gaugeTest.start(), 0), 0.1);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(gaugeTest.lnE(gaugeTest.start())).toBe(0);
    expect(() => gaugeTest.add(state, NaN)).toThrow(/difference is NaN/);
  });
});
