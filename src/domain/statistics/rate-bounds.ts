import gammaln from '@stdlib/math-base-special-gammaln';
import { lnRejection } from './error-budget.ts';
import { checkedCounts, type Counts } from './interval.ts';

const lnBeta = (a: number, b: number): number => gammaln(a) + gammaln(b) - gammaln(a + b);

/**
 * The upper end of a confidence sequence for the rate of bad requests of one arm, 0 to 1: the probability that the true
 * rate ever lies above it, at any of the looks, is at most `errorProbability`.
 *
 * It is the largest rate that the beta-binomial mixture (Jeffreys' prior, parameters 1/2) does not reject (Robbins;
 * Howard et al.). Without requests it is 1. Counts of dispersed requests are divided by their dispersion before.
 * Assumption: the rate is constant; for one that drifts this is an orientation, and no guarantee.
 */
export function upperRateBound(counts: Counts, errorProbability: number): number {
  const { requests, bad } = checkedCounts(counts, 'counts');
  if (requests === 0) return 1;
  const good = requests - bad;
  const constant = lnBeta(0.5 + bad, 0.5 + good) - lnBeta(0.5, 0.5) - lnRejection(errorProbability);
  const isWithin = (rate: number) =>
    constant - (bad > 0 ? bad * Math.log(rate) : 0) - (good > 0 ? good * Math.log1p(-rate) : 0) < 0;
  let [low, high] = [bad / requests, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (isWithin(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** The lower end of such a sequence: good requests are to it what bad ones are to the upper end. Without requests 0. */
export const lowerRateBound = ({ requests, bad }: Counts, errorProbability: number): number =>
  1 - upperRateBound({ requests, bad: requests - Math.min(bad, requests) }, errorProbability);
