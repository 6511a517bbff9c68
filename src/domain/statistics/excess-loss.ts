import { checkedCounts, type Interval } from './interval.ts';
import { tightestSpread, twoSidedBound } from './normal-mixture.ts';

/** How many more bad requests the candidate had than the stable would have had in its place: running sums, plain finite numbers. */
export interface ExcessLoss {
  /** Sum over intervals of the candidate's bad requests less its requests times the stable's rate in that interval. */
  excess: number;
  /** Estimated variance of it. */
  variance: number;
}

/** The variance, in squared requests, at which the bound is tightest: that of about this many bad requests of the candidate. */
const optimalVariance = 25;

/**
 * What a rollout has spent of a loss budget. Intervals are compared each by itself, so that neither a drifting base rate nor
 * a change of the weight counts as loss. An interval that lacks one arm tells nothing.
 *
 * The excess of an interval, Ec - Nc Eb/Nb, has the true excess as its mean and about Ec + (Nc/Nb)^2 Eb as its variance.
 */
export const excessLoss = {
  start: (): ExcessLoss => ({ excess: 0, variance: 0 }),

  add({ excess, variance }: ExcessLoss, interval: Interval, dispersion = 1): ExcessLoss {
    const candidate = checkedCounts(interval.candidate, 'candidate');
    const stable = checkedCounts(interval.stable, 'stable');
    if (candidate.requests === 0 || stable.requests === 0) return { excess, variance };
    const perStable = candidate.requests / stable.requests;
    return {
      excess: excess + candidate.bad - perStable * stable.bad,
      variance: variance + dispersion * (candidate.bad + perStable ** 2 * stable.bad),
    };
  },

  /**
   * Bad requests that were surely lost, 0 and more: the probability that this exceeds the true excess, at any of the looks, is
   * about `errorProbability` at most, by a normal mixture with estimated variance. It bounds exposure; it decides nothing.
   */
  spent: ({ excess, variance }: ExcessLoss, errorProbability: number): number =>
    Math.max(
      0,
      excess - twoSidedBound(variance, tightestSpread(optimalVariance, errorProbability), errorProbability),
    ),
};
