import { describe, expect, it } from '@jest/globals';
import { percentile, spreadOf } from './statistics.ts';

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [50, 50],
    [95, 95],
    [99, 99],
    [100, 100],
    [0, 1],
  ])('takes the nearest rank: %i %% of 1 to 100 is %i', (percent, value) => {
    expect(percentile(hundred, percent)).toBe(value);
  });

  it('refuses to say something about nothing', () => {
    expect(() => percentile([], 50)).toThrow('no samples');
  });

  it('tells how many samples there were', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ samples: 3, p50: 2, p95: 3, p99: 3, max: 3 });
  });
});
