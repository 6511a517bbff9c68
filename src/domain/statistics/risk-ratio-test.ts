import type { Interval } from './interval.ts';
import { addSteps, lnMean, type LnSums, startSums } from './mixture.ts';
import { lnRatioSteps, type RatioBound, ratioHypothesis } from './risk-ratio.ts';

/**
 * The sequential test of the risk ratio on counts: does the candidate do more harm than tolerated (`tolerance`), or
 * provably less than the margin (`margin`)?
 *
 * The e-value is the mean over the alternatives of the products over intervals (see `lnRatioSteps`). Guarantee, by
 * Ville's inequality: if the tested hypothesis is true, the probability that `lnE` ever reaches ln(1/p) is at most p,
 * with a look after every interval, any rule for stopping, base rates that drift and weights chosen from what was seen.
 * So Fail at `lnE >= ln(1/falseRollback)`, Pass at `lnE >= ln(1/falsePromotion)`. Source: products of conditional
 * likelihood ratios as test martingales (Wald; Ville; Robbins' mixtures), with the ratio null for binomial counts.
 */
export const riskRatioTest = {
  start: (bound: RatioBound): number[] => startSums(ratioHypothesis(bound).alternatives.length),
  /** Takes in one interval; each interval once (law 10). */
  add: (state: LnSums, interval: Interval, bound: RatioBound): number[] =>
    addSteps(state, lnRatioSteps(interval, bound)),
  lnE: lnMean,
};
