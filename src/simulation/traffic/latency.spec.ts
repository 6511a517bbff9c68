import { describe, expect, it } from '@jest/globals';
import { bucketShares } from './answer-quality.ts';
import { latencyBoundsMs, meanMs, shareWithin } from './latency.ts';

const quality = { errorRate: 0, medianMs: 50, p99Ms: 400 };

describe('the times that answers take', () => {
  it('have the median and the 99th percentile that were asked for', () => {
    expect(shareWithin(50, quality)).toBeCloseTo(0.5, 6);
    expect(shareWithin(400, quality)).toBeCloseTo(0.99, 6);
    expect(shareWithin(0.5, quality)).toBeLessThan(1e-3);
    expect(meanMs(quality)).toBeGreaterThan(50);
  });

  it('may all be the same', () => {
    const even = { medianMs: 50, p99Ms: 50 };
    expect([shareWithin(49, even), shareWithin(50, even), meanMs(even)]).toEqual([0, 1, 50]);
  });

  it('fall into the buckets of the gateway, each into one', () => {
    const shares = bucketShares(quality);
    expect(shares).toHaveLength(latencyBoundsMs.length + 1);
    expect(shares.every((share) => share >= 0)).toBe(true);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(
      shares.slice(0, latencyBoundsMs.indexOf(50) + 1).reduce((sum, share) => sum + share, 0),
    ).toBeCloseTo(0.5, 6);
  });
});
