import { lnRejection } from '../statistics/error-budget.ts';
import { type LnSums, startSums } from '../statistics/mixture.ts';
import { lnRateSteps } from '../statistics/rate-limit.ts';
import type { RatioBound } from '../statistics/risk-ratio.ts';
import { growths, requestsUntil, type Traffic } from '../statistics/ratio-growth.ts';
import type { Counts } from './arm-counts.ts';
import { type CountStanding, countsOf } from './count-metric.ts';
import { healthyShare } from './count-tests.ts';
import type { Harm } from './harm.ts';

/**
 * About how many more requests of the candidate decide, if both revisions go on as they did (reference, section 3.3, cost model); undefined
 * when no test grows: then waiting does not help, because the truth lies between what is accepted and what is certified.
 */
export function remainingRequests(standing: CountStanding, harm: Harm): number | undefined {
  const { tests, boundsMs = [] } = standing.evidence;
  const { tolerance, passMargin, falsePromotion } = standing.limits;
  // Every test for harm has to bring its part of the common e-value alone, and each of the two ways to a Pass has half of its budget.
  // Where several bounds are compared, what is known of the traffic is known of the first one.
  const lnHarm =
    harm.lnNeeded + Math.log(Math.max(1, harm.tests.length)) + Math.log(Math.max(1, boundsMs.length));
  const lnHealth = lnRejection(falsePromotion / 2);
  const until = (sums: LnSums | undefined, gains: readonly number[], lnNeeded: number) =>
    requestsUntil(sums ?? startSums(gains.length), gains, lnNeeded) ?? Infinity;
  const traffic = trafficOf(standing);
  const harmful = traffic ? perRequest(traffic, { tolerance }) : [];
  const least = Math.min(
    traffic ? until(tests?.harm?.running.slice(0, harmful.length), harmful, lnHarm) : Infinity,
    traffic ? until(tests?.noHarm, perRequest(traffic, { margin: passMargin }), lnHealth) : Infinity,
    until(tests?.underLimit, limitGrowths(standing), lnHealth),
  );
  return Number.isFinite(least) ? Number(Math.max(1, Math.ceil(least)).toPrecision(2)) : undefined;
}

function trafficOf({ evidence }: CountStanding): Traffic | undefined {
  const { candidate, stable } = countsOf(evidence);
  if (candidate.requests === 0 || stable.requests === 0) return undefined;
  const stableRate = smoothed(stable);
  const share = candidate.requests / (candidate.requests + stable.requests);
  return { share, stableRate, ratio: smoothed(candidate) / stableRate };
}

const perRequest = (traffic: Traffic, bound: RatioBound): number[] =>
  growths(traffic, bound).map((growth) => growth / traffic.share);

function limitGrowths({ evidence, limits }: CountStanding): number[] {
  const limit = healthyShare(limits.max);
  if (limit <= 0 || limit >= 1) return [];
  const share = smoothed(countsOf(evidence).candidate);
  // The steps are linear in the counts: one request that is bad so often is the mean of many.
  return lnRateSteps({ requests: 1, bad: share }, { below: limit });
}

/** The share of bad requests, with half a bad one more: none so far does not mean never. */
const smoothed = ({ requests, bad }: Counts): number => Math.min(1, (bad + 0.5) / (requests + 1));
