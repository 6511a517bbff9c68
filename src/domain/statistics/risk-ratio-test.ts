import { logSumExp } from './log-sum-exp.ts';

/** Requests of one arm, and how many of them were bad. */
export interface ArmCount {
  requests: number;
  bad: number;
}

/** What both arms had in one interval. */
export interface Interval {
  candidate: ArmCount;
  stable: ArmCount;
}

/** Multiples of the tolerated ratio that the test for harm bets on: from a little more to a total outage. */
export const harmAlternatives = [1.25, 1.5, 2, 3, 5, 10, 30, 100] as const;

/** Ratios that the test for health bets on: as good as the stable revision, or better. */
export const healthAlternatives = [1, 0.8, 0.5] as const;

export const harmRatios = (tolerance: number): number[] => harmAlternatives.map((times) => times * tolerance);

/**
 * The risk-ratio e-process (reference, section 3.3): natural logarithms of one product for each ratio that is bet on, with the
 * factor of one more interval. The sums of no interval are all 0.
 *
 * `ratio` is the edge of what is tested. With alternatives above it the products grow when the candidate's share of bad requests is more
 * than `ratio` times the stable's; with alternatives below it, when it is less. With `w` the candidate's part of the interval's requests,
 * the factor is (psi/ratio)^bad * ((1 - w + w*ratio) / (1 - w + w*psi))^(bad of both).
 *
 * Guarantee: under "no more (or no less) than `ratio` times" each product has an expectation of at most 1 at every stopping time, whatever
 * the base rate does from interval to interval and however the weights were chosen from the past. Assumption: requests within an
 * interval are independent; `dispersion` (at least 1) divides what bursts make of them.
 */
export function addInterval(
  sums: readonly number[] | undefined,
  { candidate, stable }: Interval,
  {
    alternatives,
    ratio,
    dispersion = 1,
  }: { alternatives: readonly number[]; ratio: number; dispersion?: number },
): number[] {
  const requests = candidate.requests + stable.requests;
  const w = requests > 0 ? candidate.requests / requests : 0;
  const bad = candidate.bad + stable.bad;
  return alternatives.map((psi, index) => {
    const lnFactor =
      candidate.bad * Math.log(psi / ratio) + bad * (Math.log1p(w * (ratio - 1)) - Math.log1p(w * (psi - 1)));
    return (sums?.[index] ?? 0) + lnFactor / dispersion;
  });
}

/** The e-value of a mixture with equal weights, as a natural logarithm: at least ln(1/alpha) rejects. */
export const lnMixture = (sums: readonly number[]): number => logSumExp(sums) - Math.log(sums.length);

/**
 * How fast the product for `psi` grows per request of both arms, as a natural logarithm, when the true ratio is `rho` and the stable
 * revision fails with the probability `base` (reference, section 3.3, cost model).
 */
export function growthPerRequest(at: {
  base: number;
  w: number;
  rho: number;
  psi: number;
  ratio: number;
}): number {
  const { base, w, rho, psi, ratio } = at;
  return (
    base *
    (w * rho * Math.log(psi / ratio) +
      (1 - w + w * rho) * (Math.log1p(w * (ratio - 1)) - Math.log1p(w * (psi - 1))))
  );
}

/** The true ratio beyond which a bet on `psi` gains, for a small weight of the candidate (reference, section 3.3). */
export const breakEvenRatio = (psi: number, ratio: number): number => (psi - ratio) / Math.log(psi / ratio);
