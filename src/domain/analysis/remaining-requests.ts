import { lnRateSteps } from '../statistics/rate-limit.ts';
import { growths, type Traffic } from '../statistics/ratio-growth.ts';
import type { Counts } from './arm-counts.ts';
import { type CountStanding, countsOf } from './count-metric.ts';
import { healthyShare } from './count-tests.ts';

/** What the tests of a metric still have to reach alone, as natural logarithms of e-values. */
export interface Goals {
  lnHarm: number;
  lnHealth: number;
}

/**
 * About how many more requests of the candidate decide, if both revisions go on as they did (reference, section 3.3, cost model); undefined
 * when no test grows: then waiting does not help, because the truth lies between what is accepted and what is certified.
 */
export function remainingRequests(standing: CountStanding, { lnHarm, lnHealth }: Goals): number | undefined {
  const { tests } = standing.evidence;
  const { tolerance, passMargin } = standing.limits;
  // Each of the two ways to a Pass has half of its budget.
  const lnEither = lnHealth + Math.log(2);
  const traffic = trafficOf(standing);
  const needed = [
    ...(traffic
      ? [
          requestsUntil(tests?.harm?.running, perRequest(traffic, { tolerance }), lnHarm),
          requestsUntil(tests?.noHarm, perRequest(traffic, { margin: passMargin }), lnEither),
        ]
      : []),
    requestsUntil(tests?.underLimit, limitGrowths(standing), lnEither),
  ];
  const least = Math.min(...needed.flat());
  return Number.isFinite(least) ? Number(Math.max(1, Math.ceil(least)).toPrecision(2)) : undefined;
}

/** For each bet that gains: how many requests until it has won alone. */
function requestsUntil(
  sums: readonly number[] | undefined,
  gains: readonly number[],
  lnNeeded: number,
): number[] {
  const lnAlone = lnNeeded + Math.log(gains.length);
  return gains.flatMap((gain, index) => (gain > 0 ? [(lnAlone - (sums?.[index] ?? 0)) / gain] : []));
}

function trafficOf({ evidence }: CountStanding): Traffic | undefined {
  const { candidate, stable } = countsOf(evidence);
  if (candidate.requests === 0 || stable.requests === 0) return undefined;
  const stableRate = smoothed(stable);
  const share = candidate.requests / (candidate.requests + stable.requests);
  return { share, stableRate, ratio: smoothed(candidate) / stableRate };
}

const perRequest = (traffic: Traffic, bound: Parameters<typeof growths>[1]): number[] =>
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
