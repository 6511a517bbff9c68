import type { RolloutAnalysis } from '../../api/model-rollout.ts';
import type { PlacedMetric } from './placed-metrics.ts';
import { type CountingMetric, type CountStanding, limitsOf, noEvidence } from '../analysis/count-metric.ts';
import { remainingRequests } from '../analysis/remaining-requests.ts';
import { weighHarm, harmTestCount } from '../analysis/harm.ts';

/** What is assumed of the traffic before there is any. */
export interface AssumedTraffic {
  requestsPerSecond: number;
  /** The share of requests that are bad by a metric, with the stable revision and with a candidate that is as good; 0 to 1. */
  badShare: number;
}

/** When a metric will probably let a step be left. */
export interface MetricForecast {
  metric: string;
  /** Of the candidate; absent for a query. */
  requests?: number;
  /** From when the split is in force; Infinity where it never does. */
  afterMs: number;
}

/** At how much of the traffic a gate counts. */
export interface GatePlace {
  /** The candidate's requests, as a share of those of users: more than what it takes of them when it gets copies. */
  candidateShare: number;
  /** The stable's. */
  stableShare: number;
}

/** So many requests that a half one more, which counting adds to every share, is nothing. */
const many = 1e9;

/**
 * When each metric of a gate passes, if the candidate is as good as the stable revision: by the cost model that predicts how many requests a
 * running gate still needs. A mean and no bound: half of all runs take longer. Pure.
 *
 * @param intervalMs how often requests are scraped, and the gate looks
 */
export function forecastGate(
  metrics: readonly PlacedMetric[],
  analysis: RolloutAnalysis,
  place: GatePlace,
  assumed: AssumedTraffic,
  intervalMs: number,
): MetricForecast[] {
  return metrics
    .filter(({ required }) => required)
    .map((metric) => {
      const { name, waitMs } = metric;
      if (metric.kind === 'query') {
        return { metric: name, afterMs: waitMs + ((metric.count ?? 1) - 1) * intervalMs };
      }
      const needed = remainingRequests(standingOf(metric, analysis, place, assumed), harmOf(analysis));
      const requests = Math.max(analysis.minRequests, needed ?? Infinity);
      const perSecond = assumed.requestsPerSecond * place.candidateShare;
      // What came is counted when the next scrape is over.
      return { metric: name, requests, afterMs: waitMs + (1_000 * requests) / perSecond + intervalMs };
    });
}

/** Counts of both revisions that are as assumed, and tests that have seen none of them. */
function standingOf(
  metric: CountingMetric,
  { falsePromotion }: RolloutAnalysis,
  { candidateShare, stableShare }: GatePlace,
  { badShare }: AssumedTraffic,
): CountStanding {
  const counts = (share: number) => ({ requests: many * share, bad: many * share * badShare });
  return {
    metric,
    evidence: { ...noEvidence(), candidate: counts(candidateShare), stable: counts(stableShare) },
    limits: limitsOf(metric, { isPromoted: false, falsePromotion }),
    scrapeIntervalMs: 0,
    countedMs: 0,
    what: '',
    notes: [],
  };
}

const harmOf = ({ metrics, falseRollback }: RolloutAnalysis) =>
  weighHarm({}, { harmTests: harmTestCount(metrics), falseRollback });
