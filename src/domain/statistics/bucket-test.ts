import type { Interval } from './interval.ts';
import { lnMean, type LnSums } from './mixture.ts';
import { lnRatioSteps, type RatioBound } from './risk-ratio.ts';

/**
 * Compares two histograms (latency, prediction scores) at several boundaries: each makes a share of requests that lie above it, to which the
 * risk-ratio test applies; `boundaries` holds what both arms had above each, always in the same order. The sums of all of them form one mixture, so
 * that J boundaries cost at most ln J against knowing the right one. Counts are exact where quantiles of buckets are not, and a shift of
 * the body is found like one of the tail. Guarantee and assumptions: those of `lnRatioSteps`, for "at no boundary is the risk ratio
 * above the tolerance". With a margin the hypothesis would be "at every boundary it is at least the margin": rejecting that certifies one
 * of them only, so that a pass belongs to a single boundary.
 */
export const lnBucketSteps = (boundaries: readonly Interval[], bound: RatioBound): number[] =>
  boundaries.flatMap((above) => lnRatioSteps(above, bound));

/** Which of so many boundaries has the most evidence, and its own e-value's ln: where the difference lies. */
export function strongestBoundary(
  sums: LnSums,
  boundaries: number,
): { index: number; lnE: number } | undefined {
  const each = sums.length / boundaries;
  return Array.from({ length: boundaries }, (_, index) => ({
    index,
    lnE: lnMean(sums.slice(index * each, (index + 1) * each)),
  })).reduce<{ index: number; lnE: number } | undefined>(
    (best, next) => (best && best.lnE >= next.lnE ? best : next),
    undefined,
  );
}
