import { describe, expect, it } from '@jest/globals';
import { achievableWeight, podRatio, podsForWeight, readyPodsForWeight, supportedWeight } from './pods.ts';

describe('the pod ratio behind a plain Service', () => {
  it.each([
    // weight, replicas, candidate, stable, share
    [0, 4, 0, 4, 0],
    [5, 4, 1, 4, 20],
    [25, 4, 1, 4, 20],
    [30, 4, 2, 4, 33.3],
    [50, 4, 4, 4, 50],
    [75, 4, 4, 1, 80],
    [99, 4, 4, 1, 80],
    [100, 4, 4, 0, 100],
    [5, 1, 1, 1, 50],
    [5, 20, 1, 20, 4.8],
    [10, 10, 1, 10, 9.1],
    [50, 0, 0, 0, 0],
    [-1, 3, 0, 3, 0],
    [120, 3, 3, 0, 100],
  ])('%p %% of %p replicas is %p to %p', (weight, replicas, candidate, stable, share) => {
    const ratio = podRatio(weight, replicas);
    expect([ratio.candidate, ratio.stable]).toEqual([candidate, stable]);
    expect(ratio.achievable).toBeCloseTo(share, 1);
    expect(achievableWeight(weight, replicas, 'replicaRatio')).toBe(ratio.achievable);
    expect(achievableWeight(weight, replicas, 'weighted')).toBe(weight);
  });
});

describe('pods for a weight', () => {
  it.each([
    [0, 4, 1],
    [0.1, 4, 1],
    [25, 4, 1],
    [25.1, 4, 2],
    [50, 4, 2],
    [100, 4, 4],
    [30, 10, 3],
    [0.1 + 0.2, 1000, 3],
    [50, 0, 0],
  ])('%p %% of %p replicas takes %p, by weight', (weight, replicas, pods) => {
    expect(podsForWeight(weight, replicas, 'weighted')).toBe(pods);
  });

  it('behind a plain Service are those of the ratio, and one at weight 0', () => {
    expect(podsForWeight(50, 4, 'replicaRatio')).toBe(4);
    expect(podsForWeight(0, 4, 'replicaRatio')).toBe(1);
  });

  it.each([
    [50, 4, 100, 2],
    [100, 4, 75, 3],
    [100, 4, 1, 1],
    [100, 4, 76, 4],
    [0, 4, 100, 0],
    [50, 0, 100, 0],
  ])('%p %% of %p replicas, of which %p %% must be ready: %p', (weight, replicas, percent, ready) => {
    expect(readyPodsForWeight(weight, replicas, percent, 'weighted')).toBe(ready);
  });
});

describe('the weight that ready pods carry', () => {
  it.each([
    [0, 0],
    [1, 25],
    [2, 50],
    [3, 50],
    [4, 100],
  ])('%p of 4: %p %%', (ready, weight) => {
    expect(supportedWeight(ready, [0, 5, 25, 50, 100], 4, 100, 'weighted')).toBe(weight);
  });
});
