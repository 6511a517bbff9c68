import { describe, expect, it } from '@jest/globals';
import { rankShift } from './rank-shift.ts';

const z95 = 1.959964;

describe('the shift between two samples', () => {
  it('is what Kayenta expects of its own test', () => {
    expect(rankShift([10, 20, 30, 40], [1, 2, 3, 4], z95)).toEqual({ estimate: 22.5, lower: 6, upper: 39 });
  });

  it('is what the ranks say, when the samples are moved, turned round or swapped', () => {
    const [above, below] = [
      [3, 1, 4, 1, 5, 9, 2, 6],
      [5, 3, 5, 8, 9, 7, 9, 3],
    ];
    const { estimate, lower, upper } = rankShift(above!, below!, z95);
    expect(lower).toBeLessThanOrEqual(estimate);
    expect(estimate).toBeLessThanOrEqual(upper);
    const moved = rankShift(
      above!.map((one) => one + 10),
      below!,
      z95,
    );
    expect(moved).toEqual({ estimate: estimate + 10, lower: lower + 10, upper: upper + 10 });
    expect(rankShift(below!, above!, z95)).toEqual({ estimate: -estimate, lower: -upper, upper: -lower });
  });

  it('excludes a shift exactly when the test rejects it', () => {
    // The same test, by counting: z = (U - mean - 1/2) / sigma with the variance that heeds ties.
    const above = [0.9, 1.4, 1.1, 2.2, 0.7, 1.9, 1.6, 1.2, 2.5, 1.3];
    const below = [0.2, 1.0, 0.4, 0.8, 0.6, 0.1, 1.5, 0.3, 0.5, 0.05];
    const rejects = (shift: number) => {
      const larger = above.flatMap((one) => below.filter((other) => one - shift > other)).length;
      return (larger - 50 - 0.5) / Math.sqrt((100 / 12) * 21) > 2.326348;
    };
    const { lower } = rankShift(above, below, 2.326348);
    expect(rejects(lower - 1e-9)).toBe(true);
    expect(rejects(lower + 1e-9)).toBe(false);
  });

  it('is wide for few samples, and narrower with many', () => {
    const few = rankShift([1, 2], [1, 2], z95);
    expect(few).toEqual({ estimate: 0, lower: -1, upper: 1 });
    const many = Array.from({ length: 60 }, (_, index) => index / 60);
    const { lower, upper } = rankShift(many, many, z95);
    expect(upper - lower).toBeLessThan(0.3);
  });
});
