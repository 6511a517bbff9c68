import { describe, expect, it } from '@jest/globals';
import { bakeLimit } from './bake-limit.ts';

describe('bakeLimit', () => {
  const stable = { requests: 5000, bad: 50 };

  it('is the upper bound of the stable times the tolerance', () => {
    expect(bakeLimit(stable, { tolerance: 1.25, errorProbability: 0.05 })).toBeCloseTo(1.25 * 0.016456, 5);
  });

  it('is wider where counts are dispersed, and never above the absolute limit', () => {
    const options = { tolerance: 1.25, errorProbability: 0.05 };
    expect(bakeLimit(stable, { ...options, dispersion: 5 })).toBeCloseTo(1.25 * 0.026164, 5);
    expect(bakeLimit(stable, { ...options, max: 0.015 })).toBe(0.015);
    expect(bakeLimit({ requests: 0, bad: 0 }, options)).toBe(1);
  });
});
