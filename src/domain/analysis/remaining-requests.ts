import { sharesBelow } from '../statistics/limit-test.ts';
import { growthPerRequest, harmRatios, healthAlternatives } from '../statistics/risk-ratio-test.ts';
import type { Counts } from './arm-counts.ts';
import { type CountStanding, countsOf } from './count-metric.ts';
import { healthyShare } from './count-tests.ts';

/** How far a test has to go. */
interface Distance {
  /** What it still lacks, as a natural logarithm. */
  lnLacking: number;
  /** How fast it grows with each request of the candidate. */
  lnPerRequest: number;
}

/**
 * About how many more requests of the candidate decide, if both revisions go on as they did (reference, section 3.3, cost model); undefined
 * when no test grows: then waiting does not help, because the truth lies between what is accepted and what is certified.
 */
export function remainingRequests(
  standing: CountStanding,
  { lnHarmNeeded, lnHealthNeeded }: { lnHarmNeeded: number; lnHealthNeeded: number },
): number | undefined {
  const distances = [
    ...ofComparisons(standing, { lnHarmNeeded, lnHealthNeeded }),
    ...ofLimit(standing, lnHealthNeeded),
  ];
  const needed = distances
    .filter(({ lnPerRequest }) => lnPerRequest > 0)
    .map(({ lnLacking, lnPerRequest }) => Math.max(1, lnLacking / lnPerRequest));
  return needed.length > 0 ? Number(Math.ceil(Math.min(...needed)).toPrecision(2)) : undefined;
}

function ofComparisons(
  { evidence, limits }: CountStanding,
  { lnHarmNeeded, lnHealthNeeded }: { lnHarmNeeded: number; lnHealthNeeded: number },
): Distance[] {
  const { candidate, stable } = countsOf(evidence);
  if (stable.requests === 0) return [];
  const w = candidate.requests / (candidate.requests + stable.requests);
  const base = smoothed(stable);
  const grown = (psi: number, ratio: number) =>
    growthPerRequest({ base, w, rho: smoothed(candidate) / base, psi, ratio }) / w;
  const { tolerance, passMargin } = limits;
  const { harm, noHarm } = evidence.tests ?? {};
  return [
    ...harmRatios(tolerance).map((psi, index, { length }) => ({
      lnLacking: lnHarmNeeded + Math.log(length) - (harm?.[index] ?? 0),
      lnPerRequest: grown(psi, tolerance),
    })),
    ...healthAlternatives.map((psi, index, { length }) => ({
      lnLacking: lnHealthNeeded + Math.log(2 * length) - (noHarm?.[index] ?? 0),
      lnPerRequest: grown(psi, passMargin),
    })),
  ];
}

function ofLimit({ evidence, limits }: CountStanding, lnNeeded: number): Distance[] {
  const limit = healthyShare(limits.max);
  if (limit <= 0 || limit >= 1) return [];
  const share = smoothed(countsOf(evidence).candidate);
  return sharesBelow(limit).map((below, index, { length }) => ({
    lnLacking: lnNeeded + Math.log(2 * length) - (evidence.tests?.underLimit?.[index] ?? 0),
    lnPerRequest: share * Math.log(below / limit) + (1 - share) * (Math.log1p(-below) - Math.log1p(-limit)),
  }));
}

/** The share of bad requests, as half a bad one more: none so far does not mean never. */
const smoothed = ({ requests, bad }: Counts): number => Math.min(1, (bad + 0.5) / (requests + 1));
