import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lnRatioSteps, type RatioBound, ratioHypothesis } from './risk-ratio.ts';
import { riskRatioTest } from './risk-ratio-test.ts';
import { expectation } from './testing/binomial-sum.ts';
import { interval, type Row } from './testing/intervals.ts';

const arm = (most: number) =>
  fc.nat(most).chain((requests) => fc.tuple(fc.constant(requests), fc.nat(requests)));
const rowOf = (most: number) =>
  fc.tuple(arm(most), arm(most)).map(([[nc, ec], [nb, eb]]): Row => [nc, nb, ec, eb]);
const bound = fc.oneof(
  fc.record({
    tolerance: fc.double({ min: 0.5, max: 3, noNaN: true }),
    dispersion: fc.double({ min: 1, max: 20, noNaN: true }),
  }),
  fc.record({
    margin: fc.double({ min: 1.05, max: 5, noNaN: true }),
    dispersion: fc.double({ min: 1, max: 20, noNaN: true }),
  }),
);

const stateOf = (rows: readonly Row[], bound: RatioBound) =>
  rows.reduce((state, row) => riskRatioTest.add(state, interval(row), bound), riskRatioTest.start(bound));

/** The exact expectation of each alternative's factor over all outcomes of one interval. */
const factorExpectation = (
  [nc, nb]: readonly [number, number],
  rates: readonly [number, number],
  bound: RatioBound,
  alternative: number,
) =>
  expectation(
    [
      [nc, rates[0]],
      [nb, rates[1]],
    ],
    (ec, eb) => lnRatioSteps(interval([nc, nb, ec, eb]), bound)[alternative]!,
  );

describe('a factor of the risk-ratio test', () => {
  it.each<[string, [number, number], number, RatioBound, number, number]>([
    ['tenfold harm at 1 %', [75, 1425], 0.01, { tolerance: 1 }, 5, 0.876],
    ['twofold harm at 1 %', [75, 1425], 0.01, { tolerance: 1 }, 2, 0.997],
    ['no harm at 1 %, within a margin of 2', [75, 1425], 0.01, { margin: 2 }, 0, 0.996],
    ['1.5-fold harm at 30 %', [75, 1425], 0.3, { tolerance: 1 }, 1, 0.495],
    ['twofold harm at 30 %', [75, 1425], 0.3, { tolerance: 1 }, 2, 0.083],
  ])(
    'has the known expectation at the edge, betting on %s',
    (_, sizes, rate, bound, alternative, expected) => {
      const mean = factorExpectation(sizes, [rate * ratioHypothesis(bound).edge, rate], bound, alternative);
      expect(mean).toBeCloseTo(expected, 3);
    },
  );

  it('has an expectation of at most 1 for every true ratio on the tested side (exact sum over all outcomes)', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 25 })),
        fc.double({ min: 0.001, max: 0.95, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        bound,
        (sizes, rate, beyond, bound) => {
          const { edge, alternatives } = ratioHypothesis(bound);
          // At the edge, or beyond it: fewer bad ones of the candidate (fail direction), or of the stable (pass direction).
          const fewer = 1 - 0.5 * beyond;
          const rates: [number, number] =
            'tolerance' in bound ? [Math.min(1, edge * rate) * fewer, rate] : [rate, (rate / edge) * fewer];
          alternatives.forEach((_, index) =>
            expect(factorExpectation(sizes, rates, bound, index)).toBeLessThanOrEqual(1 + 1e-9),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the state of the risk-ratio test', () => {
  it('does not depend on the order of the intervals', () => {
    fc.assert(
      fc.property(fc.array(rowOf(2000), { maxLength: 20 }), bound, (rows, bound) => {
        const forward = riskRatioTest.lnE(stateOf(rows, bound));
        expect(riskRatioTest.lnE(stateOf([...rows].reverse(), bound))).toBeCloseTo(forward, 6);
      }),
    );
  });

  it('does not depend on where an interval of one weight is cut', () => {
    fc.assert(
      fc.property(rowOf(300), fc.integer({ min: 2, max: 9 }), bound, ([nc, nb, ec, eb], parts, bound) => {
        const whole = stateOf([[nc * parts, nb * parts, ec * parts, eb * parts]], bound);
        const cut = stateOf(Array<Row>(parts).fill([nc, nb, ec, eb]), bound);
        cut.forEach((sum, index) => expect(sum).toBeCloseTo(whole[index]!, 6));
      }),
    );
  });

  it('finds more harm, and less proof, in each further bad request of the candidate', () => {
    fc.assert(
      fc.property(rowOf(500), bound, ([nc, nb, ec, eb], bound) => {
        fc.pre(ec < nc && nb > 0);
        const before = riskRatioTest.lnE(stateOf([[nc, nb, ec, eb]], bound));
        const after = riskRatioTest.lnE(stateOf([[nc, nb, ec + 1, eb]], bound));
        if ('tolerance' in bound) expect(after).toBeGreaterThan(before);
        else expect(after).toBeLessThan(before);
      }),
    );
  });

  it('survives a record in JSON exactly, and a billion requests', () => {
    fc.assert(
      fc.property(fc.array(rowOf(1e9), { minLength: 1, maxLength: 5 }), bound, (rows, bound) => {
        const state = stateOf(rows, bound);
        expect(state.every(Number.isFinite)).toBe(true);
        expect(riskRatioTest.lnE(state)).not.toBeNaN();
        const restarted = JSON.parse(JSON.stringify(state)) as number[];
        expect(stateOf([rows[0]!], bound).length).toBe(restarted.length);
        restarted.forEach((sum, index) => expect(sum === state[index]).toBe(true));
      }),
    );
  });
});
