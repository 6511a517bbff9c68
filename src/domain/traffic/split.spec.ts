import { describe, expect, it } from '@jest/globals';
import { backendsFor, sameBackends, shareOf, toParts } from './split.ts';

describe('the backends of a split', () => {
  it.each([
    [undefined, [], [['old', 1000]]],
    [
      { revision: 'new', weight: 0 },
      [],
      [
        ['old', 1000],
        ['new', 0],
      ],
    ],
    [
      { revision: 'new', weight: 0.1 },
      [],
      [
        ['old', 999],
        ['new', 1],
      ],
    ],
    [
      { revision: 'new', weight: 33.3 },
      [],
      [
        ['old', 667],
        ['new', 333],
      ],
    ],
    [
      { revision: 'new', weight: 100 },
      ['older'],
      [
        ['old', 0],
        ['new', 1000],
        ['older', 0],
      ],
    ],
    // A revision stands in a route once, whatever its parts.
    [{ revision: 'old', weight: 50 }, ['old'], [['old', 1000]]],
    [
      { revision: 'new', weight: 5 },
      ['new', 'old'],
      [
        ['old', 950],
        ['new', 50],
      ],
    ],
  ])('for %j, draining %j', (candidate, draining, backends) => {
    expect(backendsFor('old', candidate, draining).map(({ revision, weight }) => [revision, weight])).toEqual(
      backends,
    );
  });

  it('are compared without regard to their order', () => {
    const backends = backendsFor('old', { revision: 'new', weight: 5 }, ['older']);
    expect(sameBackends(backends, [...backends].reverse())).toBe(true);
    expect(sameBackends(backends, backends.slice(1))).toBe(false);
    expect(sameBackends(backends, backendsFor('old', { revision: 'new', weight: 6 }, ['older']))).toBe(false);
  });

  it('give shares, also where somebody wrote another total', () => {
    expect(
      shareOf(
        [
          { revision: 'a', weight: 1 },
          { revision: 'b', weight: 3 },
        ],
        'a',
      ),
    ).toBe(25);
    expect(
      shareOf(
        [
          { revision: 'a', weight: 1 },
          { revision: 'a', weight: 1 },
          { revision: 'b', weight: 2 },
        ],
        'a',
      ),
    ).toBe(50);
    expect(shareOf([], 'a')).toBe(0);
    expect(shareOf([{ revision: 'a', weight: 0 }], 'a')).toBe(0);
  });

  it.each([
    [-5, 0],
    [0, 0],
    [0.04, 0],
    [0.05, 1],
    [0.1, 1],
    [99.9, 999],
    [100, 1000],
    [140, 1000],
  ])('%p %% are %p parts', (percent, parts) => expect(toParts(percent)).toBe(parts));
});
