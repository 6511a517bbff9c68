import type { Counts } from './interval.ts';

/** Shares beyond a limit that the guard bets on, as multiples of it; those of 1 and more are left out. */
const guardMultiples = [1.5, 2, 5, 10, 30, 100];
/** Shares below a limit that the test for health bets on. */
const healthMultiples = [0.75, 0.5, 0.25];

export const sharesBeyond = (limit: number): number[] =>
  guardMultiples.map((times) => times * limit).filter((share) => share < 1);
export const sharesBelow = (limit: number): number[] => healthMultiples.map((times) => times * limit);

/**
 * The one-sample e-process against a limit (reference, section 6.1): natural logarithms of one likelihood ratio for each share that
 * is bet on, with the counts of one more interval.
 *
 * With `shares` above `limit` (0 < limit < 1) they grow when more than `limit` of the requests are bad; with shares below it, when less
 * are. Guarantee: an expectation of at most 1 under "at most (or at least) `limit`", at every stopping time. Assumption: requests within
 * an interval are independent.
 */
export function addToLimitTest(
  sums: readonly number[] | undefined,
  { requests, bad }: Counts,
  { shares, limit }: { shares: readonly number[]; limit: number },
): number[] {
  return shares.map(
    (share, index) =>
      (sums?.[index] ?? 0) +
      bad * Math.log(share / limit) +
      (requests - bad) * (Math.log1p(-share) - Math.log1p(-limit)),
  );
}

/**
 * The e-detector over the same likelihood ratios: one that begins anew in every interval and sums them all, for what has no end (reference,
 * section 6.3). Guarantee: an alarm at M >= n comes under the limit after n intervals or more in the mean.
 */
export function addToDetector(
  sums: readonly number[] | undefined,
  counts: Counts,
  at: { shares: readonly number[]; limit: number },
): number[] {
  return addToLimitTest(
    sums?.map((sum) => Math.max(0, sum) + Math.log1p(Math.exp(-Math.abs(sum)))),
    counts,
    at,
  );
}
