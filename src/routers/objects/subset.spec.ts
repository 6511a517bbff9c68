import { describe, expect, it } from '@jest/globals';
import { isSubset } from './subset.ts';

describe('isSubset', () => {
  const cases: [name: string, desired: unknown, live: unknown, expected: boolean][] = [
    ['equal scalars', 1, 1, true],
    ['different scalars', 1, '1', false],
    ['a field that the server added', { a: 1 }, { a: 1, b: 2 }, true],
    ['a field that is missing', { a: 1, b: 2 }, { a: 1 }, false],
    ['a field that we leave open', { a: 1, b: undefined }, { a: 1 }, true],
    ['defaults inside list items', [{ name: 'a' }], [{ name: 'a', kind: 'Service' }], true],
    ['a longer live list', ['a'], ['a', 'b'], false],
    ['another order', ['a', 'b'], ['b', 'a'], false],
    ['an empty list and none', { hostnames: [] }, {}, true],
    ['an empty list and one with items', { hostnames: [] }, { hostnames: ['a'] }, false],
    ['an empty object and none', { labels: {} }, {}, true],
    ['an object and null', { labels: { a: '1' } }, { labels: null }, false],
    ['a list and an object', [], {}, false],
  ];
  it.each(cases)('%s', (_name, desired, live, expected) => {
    expect(isSubset(desired, live)).toBe(expected);
  });
});
