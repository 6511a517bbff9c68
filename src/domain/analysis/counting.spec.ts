import { describe, expect, it } from '@jest/globals';
import { countIncreases, type Increase, scrapesByTarget } from './counting.ts';
import type { Sample } from './measurement.ts';
import { series } from './testing/counter-history.ts';

const labels = { ownLabels: ['arm', 'code'], partLabels: ['code'] };
const sumOf = ({ gained }: Increase) => gained.reduce((sum, part) => sum + part, 0);
const total = (
  samples: Sample[],
  { afterMs, untilMs }: { afterMs: number; untilMs: number },
  alive: number[] = [],
) =>
  countIncreases(
    [
      series({ arm: 'c', code: '200', pod: 'a' }, samples),
      series(
        { arm: 's', pod: 'a' },
        alive.map((timeMs) => [timeMs, 1]),
      ),
    ],
    labels,
    { steadyFromMs: Infinity, afterMs, roundsMs: [untilMs] },
  ).map(sumOf)[0]!;

describe('countIncreases', () => {
  it.each<[string, Sample[], { afterMs: number; untilMs: number }, number[], number]>([
    [
      'adds up what was gained',
      [
        [10, 5],
        [20, 8],
        [30, 8],
        [40, 12],
      ],
      { afterMs: 10, untilMs: 40 },
      [],
      7,
    ],
    [
      'counts nothing at or before the cursor',
      [
        [10, 5],
        [20, 8],
        [30, 12],
      ],
      { afterMs: 20, untilMs: 30 },
      [],
      4,
    ],
    [
      'counts nothing beyond the end',
      [
        [10, 5],
        [20, 8],
        [30, 12],
      ],
      { afterMs: 10, untilMs: 20 },
      [],
      3,
    ],
    [
      'begins again at 0 after a reset',
      [
        [10, 100],
        [20, 4],
        [30, 6],
      ],
      { afterMs: 10, untilMs: 30 },
      [],
      6,
    ],
    [
      'counts a new series of a known target from 0',
      [
        [20, 3],
        [30, 5],
      ],
      { afterMs: 10, untilMs: 30 },
      [10],
      5,
    ],
    [
      'only anchors at a series of which nothing is known',
      [
        [20, 3],
        [30, 5],
      ],
      { afterMs: 10, untilMs: 30 },
      [],
      2,
    ],
    [
      'only anchors when the target appears with it',
      [
        [20, 3],
        [30, 5],
      ],
      { afterMs: 10, untilMs: 30 },
      [20, 30],
      2,
    ],
    [
      'bridges scrapes that were missed',
      [
        [10, 5],
        [90, 25],
      ],
      { afterMs: 20, untilMs: 90 },
      [],
      20,
    ],
    [
      'passes over what is no number',
      [
        [10, 5],
        [20, NaN],
        [30, 9],
      ],
      { afterMs: 10, untilMs: 30 },
      [],
      4,
    ],
    [
      'does not depend on the order',
      [
        [30, 9],
        [10, 5],
        [20, 6],
        [20, 6],
      ],
      { afterMs: 10, untilMs: 30 },
      [],
      4,
    ],
    ['has nothing from one sample', [[10, 5]], { afterMs: 0, untilMs: 30 }, [], 0],
    ['has nothing from none', [], { afterMs: 0, untilMs: 30 }, [], 0],
  ])('%s', (_, samples, window, alive, expected) => {
    expect(total(samples, window, alive)).toBe(expected);
  });

  it('does not take the past of one target for that of another', () => {
    const counted = countIncreases(
      [
        series({ arm: 'c', code: '500', pod: 'new' }, [
          [20, 7],
          [30, 9],
        ]),
        series({ arm: 's', code: '200', pod: 'old' }, [[10, 1]]),
      ],
      labels,
      { afterMs: 10, roundsMs: [30], steadyFromMs: Infinity },
    );
    expect(sumOf(counted[0]!)).toBe(2);
  });

  it('lets the parts of one count begin again together: a part that grew beyond its old value is a new count too', () => {
    const counted = countIncreases(
      [
        series({ arm: 'c', code: '200', pod: 'a' }, [
          [10, 900],
          [20, 50],
        ]),
        series({ arm: 'c', code: '500', pod: 'a' }, [
          [10, 1],
          [20, 9],
        ]),
        series({ arm: 's', code: '500', pod: 'a' }, [
          [10, 1],
          [20, 9],
        ]),
      ],
      labels,
      { afterMs: 10, roundsMs: [20], steadyFromMs: Infinity },
    );
    expect(counted.map(sumOf)).toEqual([50, 9, 8]);
  });

  it('does not count a part again when another one, absent for a while, shows the reset late', () => {
    const counted = countIncreases(
      [
        series({ arm: 'c', code: '200', pod: 'a' }, [
          [10, 0],
          [20, 3],
          [30, 3],
        ]),
        series({ arm: 'c', code: '500', pod: 'a' }, [
          [10, 2],
          [30, 1],
        ]),
      ],
      labels,
      { afterMs: 10, roundsMs: [30], steadyFromMs: Infinity },
    );
    expect(counted.map(sumOf)).toEqual([3, 1]);
  });

  it('reports as steady only what was gained in intervals that began after the split was in force', () => {
    const [increase] = countIncreases(
      [
        series({ arm: 'c', code: '200' }, [
          [10, 0],
          [20, 5],
          [30, 15],
          [40, 35],
        ]),
      ],
      labels,
      {
        afterMs: 10,
        roundsMs: [20, 40],
        steadyFromMs: 15,
      },
    );
    expect(increase).toMatchObject({ gained: [5, 30], steady: 30 });
  });
});

describe('scrapesByTarget', () => {
  it('gives the times of each target, whatever its series', () => {
    const found = scrapesByTarget(
      [
        series({ arm: 'c', code: '200', pod: 'a' }, [
          [10, 1],
          [30, 1],
        ]),
        series({ arm: 's', code: '200', pod: 'a' }, [
          [10, 1],
          [20, 1],
        ]),
        series({ arm: 's', code: '200', pod: 'b' }, [[15, 1]]),
        series({ arm: 's', code: '200', pod: 'c' }, []),
      ],
      labels.ownLabels,
    );
    expect(found).toEqual([[10, 20, 30], [15]]);
  });
});
