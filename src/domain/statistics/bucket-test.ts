import { addSteps, lnMean, type LnSums, startSums } from './mixture.ts';
import { lnRatioSteps, type RatioBound, ratioHypothesis } from './risk-ratio.ts';

/** What one arm's histogram gained in one interval. */
export interface Histogram {
  requests: number;
  /** Requests at or below each upper bound, by the bound; the infinite one may be missing. */
  within: ReadonlyMap<number, number>;
}

export interface HistogramInterval {
  candidate: Histogram;
  stable: Histogram;
}

/** The state: plain finite numbers. Its size is that of the boundaries times that of the alternatives. */
export interface BucketState {
  /** The boundaries that were compared from the first interval on, ascending. */
  boundaries: readonly number[];
  /** For each boundary, in their order, one ln sum per alternative. */
  sums: LnSums;
}

/**
 * Compares two histograms (latency, prediction scores) at every boundary: each makes a share of requests that lie above it,
 * to which the risk-ratio test applies; the e-value is the mean over boundaries and alternatives, so that J boundaries
 * cost at most ln J against knowing the right one. Counts are exact where quantiles of buckets are not, and a shift of the body is found
 * like one of the tail. Guarantee and assumptions: those of `riskRatioTest`, for "at no boundary is the risk ratio above
 * the tolerance". With a margin the hypothesis is "at every boundary it is at least the margin": rejecting that certifies one of
 * them only, so that a pass belongs to the boundary of the objective alone.
 */
export const bucketTest = {
  start: (boundaries: readonly number[], bound: RatioBound): BucketState => ({
    boundaries,
    sums: startSums(boundaries.length * ratioHypothesis(bound).alternatives.length),
  }),
  /** Takes in one interval; each interval once (law 10). */
  add: ({ boundaries, sums }: BucketState, interval: HistogramInterval, bound: RatioBound): BucketState => ({
    boundaries,
    sums: addSteps(sums, lnBucketSteps(interval, boundaries, bound)),
  }),
  lnE: ({ sums }: BucketState): number => lnMean(sums),
  /** The boundary with the most evidence, and its own e-value's ln: where the latency went. */
  strongest({ boundaries, sums }: BucketState): { boundary: number; lnE: number } | undefined {
    const each = sums.length / boundaries.length;
    return boundaries
      .map((boundary, index) => ({ boundary, lnE: lnMean(sums.slice(index * each, (index + 1) * each)) }))
      .reduce<{ boundary: number; lnE: number } | undefined>(
        (best, next) => (best && best.lnE >= next.lnE ? best : next),
        undefined,
      );
  },
};

/**
 * What one interval adds, boundary by boundary: the `lnRatioSteps` of the requests above it. A boundary that one arm lacks
 * in this interval compares nothing and adds 0.
 */
export function lnBucketSteps(
  { candidate, stable }: HistogramInterval,
  boundaries: readonly number[],
  bound: RatioBound,
): number[] {
  return boundaries.flatMap((boundary) => {
    const above = ({ requests, within }: Histogram) =>
      within.has(boundary) ? { requests, bad: Math.max(0, requests - within.get(boundary)!) } : nothing;
    return lnRatioSteps({ candidate: above(candidate), stable: above(stable) }, bound);
  });
}

const nothing = { requests: 0, bad: 0 };

/**
 * The finite boundaries that the histograms of both arms have, ascending. Revisions may have different layouts: none in
 * common means that they cannot be compared.
 */
export const commonBoundaries = ({ candidate, stable }: HistogramInterval): number[] =>
  [...candidate.within.keys()]
    .filter((boundary) => Number.isFinite(boundary) && stable.within.has(boundary))
    .sort((a, b) => a - b);
