import { describe, expect, it } from '@jest/globals';
import { lnRejection } from './error-budget.ts';
import { lnMean } from './mixture.ts';
import { lnRatioSteps, type RatioBound } from './risk-ratio.ts';
import { riskRatioTest } from './risk-ratio-test.ts';
import { harmful, harmless, interval, type Row } from './testing/intervals.ts';

const lnEOf = (rows: readonly Row[], bound: RatioBound) =>
  riskRatioTest.lnE(
    rows.reduce((state, row) => riskRatioTest.add(state, interval(row), bound), riskRatioTest.start(bound)),
  );

describe('the risk-ratio test', () => {
  // Golden values from an independent computation in another language.
  it.each<[string, readonly Row[], RatioBound, number]>([
    ['harm, nothing tolerated', harmful, { tolerance: 1 }, 4.074322],
    ['harm, some tolerated', harmful, { tolerance: 1.25 }, 2.809111],
    ['harm of dispersed counts', harmful, { tolerance: 1, dispersion: 3 }, 0.974757],
    ['harm of dispersed counts, some tolerated', harmful, { tolerance: 1.25, dispersion: 3 }, 0.584016],
    ['no harm', [...harmless, ...harmless, ...harmless], { margin: 2 }, 4.71044],
    ['one row of a high rate', [[30, 70, 15, 21]], { tolerance: 1 }, 0.026113],
  ])('%s', (_, rows, bound, expected) => {
    expect(lnEOf(rows, bound)).toBeCloseTo(expected, 6);
  });

  it('bets on each alternative by itself', () => {
    const ofThree = harmful.map((row) => lnRatioSteps(interval(row), { tolerance: 1 })[3]);
    [1.675564, 0.77829, 2.699058].forEach((step, index) => expect(ofThree[index]).toBeCloseTo(step, 6));
    expect(lnRatioSteps(interval([30, 70, 15, 21]), { tolerance: 1 })[2]).toBeCloseTo(0.952094, 6);
  });

  it('gives one error in a flood the mean of the alternatives, which rejects nothing', () => {
    const lnE = lnEOf([[1, 1e9, 1, 0]], { tolerance: 1 });
    expect(Math.exp(lnE)).toBeCloseTo(19.09375, 5);
    expect(lnE).toBeLessThan(lnRejection(0.05));
  });

  it.each<[string, Row]>([
    ['no candidate', [0, 1000, 0, 40]],
    ['no stable', [1000, 0, 40, 0]],
    ['no requests', [0, 0, 0, 0]],
  ])('learns nothing from an interval with %s', (_, row) => {
    for (const bound of [{ tolerance: 1.25 }, { margin: 2 }]) {
      const state = riskRatioTest.add(riskRatioTest.start(bound), interval([10, 90, 1, 2]), bound);
      expect(riskRatioTest.add(state, interval(row), bound)).toEqual(state);
    }
  });

  it('starts without evidence', () => {
    expect(riskRatioTest.lnE(riskRatioTest.start({ tolerance: 1.25 }))).toBeCloseTo(0, 12);
    expect(riskRatioTest.lnE(riskRatioTest.start({ margin: 2 }))).toBeCloseTo(0, 12);
    expect(lnMean([])).toBe(0);
  });

  it('counts no more bad requests than requests', () => {
    const bound = { tolerance: 1.25 };
    expect(lnRatioSteps(interval([2, 100, 3, 1]), bound)).toEqual(
      lnRatioSteps(interval([2, 100, 2, 1]), bound),
    );
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'NaN',
      () => lnRatioSteps(interval([NaN, 1, 0, 0]), { tolerance: 1 }),
      /candidate\.requests is NaN: accepted/,
    ],
    [
      'a negative count',
      () => lnRatioSteps(interval([1, 1, 0, -1]), { tolerance: 1 }),
      /stable\.bad is -1: accepted/,
    ],
    ['no tolerance', () => riskRatioTest.start({ tolerance: 0 }), /tolerance is 0: accepted/],
    ['a margin that certifies no harm at all', () => riskRatioTest.start({ margin: 1 }), /margin is 1: acc/],
    ['too little dispersion', () => riskRatioTest.start({ margin: 2, dispersion: 0.5 }), /dispersion is 0.5/],
    ['no budget', () => lnRejection(0), /error is 0: accepted/],
    [
      'a state of another test',
      () => riskRatioTest.add([0], interval([1, 1, 0, 0]), { margin: 2 }),
      /the state has 1 sums: accepted are 3/,
    ],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(RangeError);
    expect(act).toThrow(message);
  });
});
