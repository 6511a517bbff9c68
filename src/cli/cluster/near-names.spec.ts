import { describe, expect, it } from '@jest/globals';
import { editDistance, nearNames } from './near-names.ts';

describe('near names', () => {
  it.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['digits', 'digits', 0],
    ['digits', 'digtis', 2],
  ])('%s and %s are %d apart', (one, other, distance) => {
    expect([editDistance(one, other), editDistance(other, one)]).toEqual([distance, distance]);
  });

  it('are those that somebody may have meant, the nearest first', () => {
    const names = ['fraud', 'sentiments-v2', 'sentimnt', 'sentiment-eu', 'sentimental'];
    expect(nearNames('sentiment', names)).toEqual([
      'sentiment-eu',
      'sentimental',
      'sentiments-v2',
      'sentimnt',
    ]);
    expect(nearNames('other', names)).toEqual([]);
  });
});
