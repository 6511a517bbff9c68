import type { Counts } from './interval.ts';
import { addSteps, lnMean, type LnSums, startSums } from './mixture.ts';
import { lnRateSteps, rateAlternatives, type RateBound } from './rate-limit.ts';

/**
 * The sequential test of the candidate's rate of bad requests against an absolute limit (see `RateBound` for its two
 * directions, `lnRateSteps` for its assumptions). However often one looks, a true hypothesis is rejected at
 * `lnE >= lnRejection(p)` with a probability of at most p.
 */
export const rateLimitTest = {
  start: (bound: RateBound): number[] => startSums(rateAlternatives(bound)),
  /** Takes in the candidate's counts of one interval; each interval once (law 10). */
  add: (state: LnSums, candidate: Counts, bound: RateBound): number[] =>
    addSteps(state, lnRateSteps(candidate, bound)),
  lnE: lnMean,
};
