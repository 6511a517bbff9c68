import { describe, expect, it } from '@jest/globals';
import { upperBound } from './upper-bound.ts';

/** Golden values of the reference, section 7.3. */
describe('upperBound', () => {
  it.each([
    [20, 0, 0.224006, 0.284005],
    [75, 0, 0.073536, 0.093205],
    [300, 0, 0.021174, 0.026411],
    [300, 3, 0.04463, 0.05109],
    [1000, 10, 0.026164, 0.02863],
    [5000, 50, 0.016456, 0.017235],
  ])('of %d requests with %d bad ones', (requests, bad, atFivePercent, atOnePercent) => {
    expect(upperBound({ requests, bad }, 0.05)).toBeCloseTo(atFivePercent, 6);
    expect(upperBound({ requests, bad }, 0.01)).toBeCloseTo(atOnePercent, 6);
  });

  it('knows nothing without requests, and stays between the share and 1', () => {
    expect(upperBound({ requests: 0, bad: 0 }, 0.05)).toBe(1);
    expect(upperBound({ requests: 10, bad: 10 }, 0.05)).toBe(1);
    const share = upperBound({ requests: 1e9, bad: 1e7 }, 0.01);
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.0101);
  });
});
