import { lnMean } from './mixture.ts';
import { lnOneSidedMixture } from './normal-mixture.ts';

/** The state: running sums of the differences, in their unit, and the unit itself. Plain finite numbers. */
export interface GaugeState {
  sum: number;
  squares: number;
  /** Square of the first difference that was not 0, which makes the test free of units; 0 before. */
  unit: number;
}

/** Where the mixture is concentrated, in squares of the first difference: this may have been a small one by chance. */
const spreads = [1, 10, 100];

/**
 * The sequential test of a gauge or score without counts: is the candidate's mean above the stable's by more than tolerated?
 *
 * `add` takes the difference of an interval, candidate's mean less stable's, less the tolerated difference; negate it where lower is worse. The
 * e-value is the self-normalised one-sided normal mixture with V the sum of squares; no variance is estimated, and the
 * unit may be any, because under symmetry the sizes of the differences tell nothing about their signs. Guarantee: against
 * "each difference is distributed symmetrically around 0 or less, given the past", as for `riskRatioTest` at every look. Source: de la Pena; Howard
 * et al. Assumptions: two gauges of one service drift together; skewed values alarm too seldom or too often, and successive
 * differences that are correlated need means over blocks of intervals that are not.
 */
export const gaugeTest = {
  start: (): GaugeState => ({ sum: 0, squares: 0, unit: 0 }),

  add({ sum, squares, unit }: GaugeState, difference: number): GaugeState {
    if (!Number.isFinite(difference)) {
      throw new RangeError(`the difference is ${difference}: accepted are finite numbers`);
    }
    return {
      sum: sum + difference,
      squares: squares + difference ** 2,
      unit: unit > 0 ? unit : difference ** 2,
    };
  },

  lnE: ({ sum, squares, unit }: GaugeState): number =>
    unit > 0
      ? lnMean(spreads.map((factor) => lnOneSidedMixture({ sum, variance: squares }, factor * unit)))
      : 0,
};
