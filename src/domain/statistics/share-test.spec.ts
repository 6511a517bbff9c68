import { describe, expect, it } from '@jest/globals';
import { logSumExp } from './log-sum-exp.ts';
import { lnShareEvidence, shareTest } from './share-test.ts';

/** Sums rows of [candidate, stable] requests. */
const sums = (rows: [number, number][]) => ({
  candidate: rows.reduce((sum, [candidate]) => sum + candidate, 0),
  total: rows.reduce((sum, [candidate, stable]) => sum + candidate + stable, 0),
});

describe('lnShareEvidence', () => {
  // Golden values from an independent computation in another language.
  it.each<[string, [number, number][], number]>([
    [
      'a share as expected',
      [
        [75, 1425],
        [80, 1420],
        [70, 1430],
      ],
      -16.771869,
    ],
    [
      'a share that is too low',
      [
        [40, 1460],
        [38, 1462],
        [41, 1459],
      ],
      9.477062,
    ],
    ['twice the expected share', [[150, 1350]], 14.448931],
    ['no candidate request in a hundred', [[0, 100]], 2.536749],
  ])('%s', (_, rows, expected) => {
    const { candidate, total } = sums(rows);
    expect(lnShareEvidence(candidate, total, 0.05, 0.2)).toBeCloseTo(expected, 5);
  });

  it('is 0 without requests, so that nothing is rejected', () => {
    expect(lnShareEvidence(0, 0, 0.05, 0.25)).toBeCloseTo(0, 12);
  });

  it('stays finite for a billion requests', () => {
    expect(Number.isFinite(lnShareEvidence(5e7, 1e9, 0.05, 0.25))).toBe(true);
    expect(Number.isFinite(lnShareEvidence(1e9, 1e9, 1, 0.25))).toBe(true);
  });
});

describe('shareTest', () => {
  it('accepts a share as expected and reports it', () => {
    expect(shareTest({ candidate: 50, stable: 950 }, 0.05)).toMatchObject({
      rejected: false,
      observed: 0.05,
    });
  });

  it('rejects a candidate that gets nothing at 25 %', () => {
    expect(shareTest({ candidate: 0, stable: 200 }, 0.25).rejected).toBe(true);
  });

  it('rejects a split that was never applied', () => {
    expect(shareTest({ candidate: 500, stable: 9500 }, 0.5).rejected).toBe(true);
  });

  it('says nothing on one request', () => {
    expect(shareTest({ candidate: 1, stable: 0 }, 0.05).rejected).toBe(false);
    expect(shareTest({ candidate: 0, stable: 0 }, 0.05)).toMatchObject({
      rejected: false,
      observed: undefined,
    });
  });

  it('accepts that the candidate has everything when it should', () => {
    expect(shareTest({ candidate: 10_000, stable: 0 }, 1).rejected).toBe(false);
  });
});

describe('logSumExp', () => {
  it('does not overflow, and knows the empty sum', () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 9);
    expect(logSumExp([-Infinity, 0])).toBe(0);
    expect(logSumExp([])).toBe(-Infinity);
  });
});
