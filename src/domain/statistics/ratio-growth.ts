import { lnRejection } from './error-budget.ts';
import type { LnSums } from './mixture.ts';
import { type RatioBound, ratioHypothesis } from './risk-ratio.ts';

/** How requests come and how often they are bad, as assumed for a prediction. */
export interface Traffic {
  /** The candidate's share of the requests, 0 to 1. */
  share: number;
  /** The stable's probability that a request is bad, 0 to 1. */
  stableRate: number;
  /** The true risk ratio, candidate to stable. */
  ratio: number;
}

/**
 * By how much the ln of each alternative's e-process grows per request of both arms together, on average:
 * g = p (w rho ln(psi/r0) + (1-w+w rho) (ln(1-w+w r0) - ln(1-w+w psi))), divided by the dispersion.
 * Negative where the alternative loses.
 */
export function growths({ share, stableRate, ratio }: Traffic, bound: RatioBound): number[] {
  const { edge, alternatives, dispersion } = ratioHypothesis(bound);
  const ofEdge = Math.log1p(share * (edge - 1));
  return alternatives.map((alternative) => {
    const ofBad = 1 - share + share * ratio;
    const gain = share * ratio * Math.log(alternative / edge);
    return (stableRate * (gain + ofBad * (ofEdge - Math.log1p(share * (alternative - 1))))) / dispersion;
  });
}

/**
 * The requests of both arms together that the test still needs until it rejects, by its cost model: the first of the
 * alternatives to cover, at its mean growth, what it lacks. Multiply by the share for the candidate's, divide by the
 * requests per second for the time. 0 when it rejects already; undefined when no alternative grows at this ratio, so
 * that waiting does not help. A mean and no bound: half of all runs take longer.
 */
export function requestsToDecide(
  state: LnSums,
  traffic: Traffic,
  bound: RatioBound,
  errorProbability: number,
): number | undefined {
  const lnNeeded = lnRejection(errorProbability);
  if (state.some((sum) => sum >= lnNeeded + Math.log(state.length))) return 0;
  const requests = requestsUntil(state, growths(traffic, bound), lnNeeded);
  return requests === undefined ? undefined : Math.ceil(requests);
}

/**
 * How many requests until the first of the bets that gain has brought the whole mixture to `lnNeeded` alone, from what each gains in a
 * request; undefined when none gains.
 */
export function requestsUntil(state: LnSums, gains: readonly number[], lnNeeded: number): number | undefined {
  const lnAlone = lnNeeded + Math.log(state.length);
  const needed = gains.flatMap((gain, index) => (gain > 0 ? [(lnAlone - state[index]!) / gain] : []));
  return needed.length > 0 ? Math.min(...needed) : undefined;
}

/**
 * The true ratio at which the bet that breaks even first does so, for a small share of the candidate: (psi-r0)/ln(psi/r0).
 * Harm between the tolerance and this is found by early luck only (fail direction: a ratio below it), and a candidate
 * between this and the margin passes by early luck only (pass direction: above it). A larger share lowers it somewhat.
 */
export function breakEvenRatio(bound: RatioBound): number {
  const { edge, alternatives } = ratioHypothesis(bound);
  const nearest = alternatives.reduce((a, b) => (Math.abs(a - edge) <= Math.abs(b - edge) ? a : b));
  return (nearest - edge) / Math.log(nearest / edge);
}
