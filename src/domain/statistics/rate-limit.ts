import { checkedCounts, type Counts } from './interval.ts';

/**
 * What is tested about the candidate's rate of bad requests itself, without the stable.
 *
 * `max`: evidence against "the rate is at most this", so evidence that an absolute limit is exceeded.
 * `below`: evidence against "the rate is at least this", so evidence that it lies below: a pass for very low rates, where
 * ratios need too many requests.
 * `dispersion` (1 and more, default 1): variance of counts relative to that of independent requests.
 */
export type RateBound = ({ max: number } | { below: number }) & { dispersion?: number };

/** What is bet on, as multiples of the limit. */
const factorsAbove = [1.5, 2, 5, 10];
const factorsBelow = [0.75, 0.5, 0.25];

/** A limit of 0 is tested as this one: no finite evidence could go against 0 in small steps, a single request would be all. */
const smallestLimit = 1e-6;

/**
 * What the candidate's counts of one interval add to the ln of each alternative's e-process: the likelihood ratio
 * ln e = Ec ln(p1/p0) + (Nc-Ec) (ln(1-p1) - ln(1-p0)), for alternatives p1 on the far side of the limit p0.
 *
 * Guarantee: given the past, exp of it has an expectation of at most 1 for every rate on the tested side of the limit, also
 * one that changes from request to request. Assumption: requests are independent, or correlated within the dispersion.
 * Source: Wald's sequential probability ratio test, mixed over alternatives. A limit of 1 leaves nothing to bet on.
 */
export function lnRateSteps(counts: Counts, bound: RateBound): number[] {
  const { limit, alternatives, dispersion } = rateHypothesis(bound);
  const { requests, bad } = checkedCounts(counts, 'candidate');
  return alternatives.map(
    (rate) =>
      (bad * Math.log(rate / limit) + (requests - bad) * (Math.log1p(-rate) - Math.log1p(-limit))) /
      dispersion,
  );
}

/** How many sums the state of this test has. */
export const rateAlternatives = (bound: RateBound): number => rateHypothesis(bound).alternatives.length;

function rateHypothesis(bound: RateBound): { limit: number; alternatives: number[]; dispersion: number } {
  const { dispersion = 1 } = bound;
  if (!(dispersion >= 1 && dispersion < Infinity)) {
    throw new RangeError(`dispersion is ${dispersion}: accepted are finite numbers from 1`);
  }
  if ('below' in bound) {
    const { below } = bound;
    if (!(below > 0 && below < 1)) {
      throw new RangeError(`below is ${below}: accepted are rates above 0 and below 1`);
    }
    return { limit: below, alternatives: factorsBelow.map((factor) => below * factor), dispersion };
  }
  const { max } = bound;
  if (!(max >= 0 && max <= 1)) throw new RangeError(`max is ${max}: accepted are rates from 0 to 1`);
  if (max === 1) return { limit: 1, alternatives: [], dispersion };
  const limit = Math.max(max, smallestLimit);
  const possible = factorsAbove.map((factor) => limit * factor).filter((rate) => rate < 1);
  return { limit, alternatives: possible.length > 0 ? possible : [(1 + limit) / 2], dispersion };
}
