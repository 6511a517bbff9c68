import { describe, expect, it } from '@jest/globals';
import { shardCount, shardMap } from './shard-map.ts';

describe('the map of keys to shards', () => {
  it.each([
    ['default/model', 26],
    ['ml/sentiment', 24],
    ['ml/sentiment-2', 21],
    ['ml/ranking', 43],
    ['team-a/ranking', 17],
    ['team-a/a', 1],
    ['a/team-a', 1],
    ['production/fraud-detection-with-a-very-long-name', 50],
  ])('never changes, or two releases would give one object two owners: %s is in %i', (key, shard) => {
    expect(shardMap.of(key)).toBe(shard);
  });

  it('spreads names that differ in a number only', () => {
    const sizes = new Array<number>(shardCount).fill(0);
    for (let index = 0; index < 6400; index += 1) sizes[shardMap.of(`ml/model-${index}`)]! += 1;
    expect(Math.min(...sizes)).toBeGreaterThan(60);
    expect(Math.max(...sizes)).toBeLessThan(145);
  });
});
