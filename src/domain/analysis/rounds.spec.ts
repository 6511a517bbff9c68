import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { roundsOf } from './rounds.ts';

const scrapeIntervalMs = 10;
const rounds = (targets: number[][], { afterMs = 0, atMs = 1_000 } = {}) =>
  roundsOf(targets, { afterMs, atMs, scrapeIntervalMs });

describe('roundsOf', () => {
  it.each<[string, number[][], { afterMs?: number; atMs?: number }, number[]]>([
    ['has none without targets', [], {}, []],
    ['ends at every scrape of a single target', [[0, 10, 20, 30]], {}, [10, 20, 30]],
    ['counts nothing twice', [[0, 10, 20, 30]], { afterMs: 20 }, [30]],
    [
      'waits for the target that is behind',
      [
        [0, 10, 20],
        [-6, 4],
      ],
      { atMs: 21 },
      [10],
    ],
    [
      'ends when all were scraped once more',
      [
        [0, 10, 20],
        [-6, 4, 14, 24],
      ],
      { atMs: 25 },
      [10, 20],
    ],
    [
      'takes a missed scrape into the next round',
      [
        [0, 10, 20, 30],
        [-9, 11, 21],
      ],
      { atMs: 31 },
      [11, 21],
    ],
    ['does not wait for a target that is gone', [[0, 10, 20, 30, 40], [-5]], { atMs: 41 }, [10, 20, 30, 40]],
    ['waits for one that may be late', [[0, 10], [-9]], { atMs: 15 }, []],
    ['but not for ever', [[0, 10], [-9]], { atMs: 20 }, [10]],
    [
      'lets a new target take part from its second sample on',
      [
        [0, 10, 20, 30],
        [13, 23, 33],
      ],
      { atMs: 33 },
      [10, 20, 30],
    ],
    ['goes on after a gap of all', [[0, 100, 110]], {}, [100, 110]],
    [
      'goes on after a gap, when one comes back before the other',
      [
        [0, 100, 110],
        [-2, 105, 115],
      ],
      { atMs: 116 },
      [100, 110],
    ],
  ])('%s', (_, targets, input, expected) => {
    expect(rounds(targets, input)).toEqual(expected);
  });

  const target = fc
    .record({ phase: fc.nat(9), missed: fc.array(fc.boolean(), { minLength: 5, maxLength: 30 }) })
    .map(({ phase, missed }) => missed.flatMap((gone, index) => (gone ? [] : [index * 10 + phase])));
  const targets = fc.array(target, { minLength: 1, maxLength: 4 });
  const seenAt = (all: number[][], atMs: number) =>
    all.map((times) => times.filter((timeMs) => timeMs <= atMs)).filter((times) => times.length > 0);

  it('cuts where it would have cut after each scrape, however late it looks (laws 10 and 12)', () => {
    fc.assert(
      fc.property(targets, fc.array(fc.nat(330), { maxLength: 20 }), (all, looks) => {
        const whole = rounds(all, { afterMs: -1, atMs: 400 });
        const found: number[] = [];
        for (const atMs of [...looks.sort((left, right) => left - right), 400]) {
          found.push(...rounds(seenAt(all, atMs), { afterMs: found.at(-1) ?? -1, atMs }));
        }
        expect(found).toEqual(whole);
      }),
      { numRuns: 2_000 },
    );
  });

  it('ascends, and leaves no sample behind the last end when everything is quiet', () => {
    fc.assert(
      fc.property(targets, (all) => {
        const ends = rounds(all, { afterMs: -1, atMs: 10_000 });
        expect(ends).toEqual([...new Set(ends)].sort((left, right) => left - right));
        expect(ends.at(-1) ?? -1).toBe(Math.max(-1, ...all.flat()));
      }),
    );
  });
});
