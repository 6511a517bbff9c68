import betaln from '@stdlib/math-base-special-betaln';
import type { Counts } from './interval.ts';

/**
 * The share of bad requests that is exceeded with a probability of at most `alpha`, however often one looks (reference, section 6.4): where
 * the mixture of Beta(1/2, 1/2) over the shares rejects, found by bisection. 1 without requests.
 */
export function upperBound({ requests, bad }: Counts, alpha: number): number {
  if (requests <= 0) return 1;
  const lnMixture = betaln(0.5 + bad, 0.5 + requests - bad) - betaln(0.5, 0.5) + Math.log(alpha);
  const isInside = (share: number) =>
    lnMixture - (bad > 0 ? bad * Math.log(share) : 0) - (requests - bad) * Math.log1p(-share) < 0;
  let [low, high] = [bad / requests, 1];
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (isInside(middle)) low = middle;
    else high = middle;
  }
  return high;
}
