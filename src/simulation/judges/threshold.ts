import type { Counts } from '../../domain/analysis/arm-counts.ts';
import type { Judge } from './judge.ts';
import { Every, RecentCounts } from './recent-counts.ts';

/** The candidate's share of good answers over the last so many seconds against a constant, asked once in a while. */
export interface ThresholdOptions {
  /** The least share of good answers of each metric, 0 to 1. */
  least: readonly number[];
  windowS: number;
  everyS: number;
  /** How long each step lasts, in seconds. */
  stepS: number;
}

/** NaN without requests, as 0/0 is. */
const goodShare = ({ requests, bad }: Counts): number => (requests - bad) / requests;

/**
 * Like Flagger: every check that is missed, also for want of data, counts towards a threshold that nothing lowers again, and holds the
 * step; so many checks that are met leave it. A check is met when all metrics meet it.
 */
export function flaggerLike({
  least,
  windowS,
  everyS,
  stepS,
  threshold,
}: ThresholdOptions & { threshold: number }): Judge {
  const windows = least.map(() => new RecentCounts(windowS));
  const checks = new Every(everyS);
  let [failed, met] = [0, 0];
  return {
    look(metrics, { atS }) {
      windows.forEach((window, index) => window.add(metrics[index]!, atS));
      if (!checks.isDue(atS)) return 'stay';
      if (!windows.every(({ sum }, index) => goodShare(sum.candidate) >= least[index]!)) {
        failed += 1;
        return failed >= threshold ? 'rollBack' : 'stay';
      }
      met += 1;
      if (met < stepS / everyS) return 'stay';
      met = 0;
      return 'advance';
    },
  };
}

/**
 * Like an AnalysisRun in the background of an Argo rollout: more than `failureLimit` failed measurements of a metric abort; time leaves
 * the step. A measurement without data is an error and no failure; more of them in a row than `errorLimit` abort too.
 */
export function argoLike({
  least,
  windowS,
  everyS,
  stepS,
  failureLimit,
  errorLimit = 4,
}: ThresholdOptions & { failureLimit: number; errorLimit?: number }): Judge {
  const metrics = least.map((limit) => ({ limit, window: new RecentCounts(windowS), failed: 0, errors: 0 }));
  const checks = new Every(everyS);
  return {
    look(counts, { atS, heldS }) {
      metrics.forEach(({ window }, index) => window.add(counts[index]!, atS));
      if (checks.isDue(atS)) {
        for (const metric of metrics) {
          const share = goodShare(metric.window.sum.candidate);
          metric.errors = Number.isNaN(share) ? metric.errors + 1 : 0;
          if (share < metric.limit) metric.failed += 1;
        }
      }
      if (metrics.some(({ failed, errors }) => failed > failureLimit || errors > errorLimit))
        return 'rollBack';
      return heldS >= stepS ? 'advance' : 'stay';
    },
  };
}
