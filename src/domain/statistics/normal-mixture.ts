import lnNormalCdf from '@stdlib/stats-base-dists-normal-logcdf';
import { lnRejection } from './error-budget.ts';

/**
 * Normal mixtures over sums of centred values, for what has no counts. `sum` S is the sum of values whose mean is 0
 * under the hypothesis, `variance` V what their variance has summed up to, `spread` rho where the mixture is concentrated (unit of V).
 *
 * Guarantee: e-values at every moment for sums that are sub-Gaussian with variance process V: exactly for normal values of known
 * variance, and for symmetric values with V the sum of their squares; in the limit where V is estimated. Source: Robbins;
 * Howard, Ramdas, McAuliffe, Sekhon. The values are those of their library confseq.
 */
export interface CentredSum {
  sum: number;
  variance: number;
}

/** ln of the e-value against "the mean is 0". */
export const lnTwoSidedMixture = ({ sum, variance }: CentredSum, spread: number): number =>
  0.5 * Math.log(spread / (variance + spread)) + sum ** 2 / (2 * (variance + spread));

/** ln of the e-value against "the mean is at most 0". */
export const lnOneSidedMixture = (centred: CentredSum, spread: number): number =>
  lnTwoSidedMixture(centred, spread) +
  Math.LN2 +
  lnNormalCdf(centred.sum / Math.sqrt(centred.variance + spread), 0, 1);

/** How far a sum may lie from 0, either way, before the two-sided mixture rejects: |S| at the edge, in the unit of S. */
export const twoSidedBound = (variance: number, spread: number, errorProbability: number): number =>
  Math.sqrt((variance + spread) * (Math.log1p(variance / spread) + 2 * lnRejection(errorProbability)));

/**
 * The spread with which bounds are tightest at the given variance. For one-sided mixtures pass twice the probability of error.
 */
export function tightestSpread(variance: number, errorProbability: number): number {
  const twice = 2 * lnRejection(errorProbability);
  return variance / (twice + Math.log1p(twice));
}
