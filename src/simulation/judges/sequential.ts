import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import { addRounds, type CountStanding } from '../../domain/analysis/count-metric.ts';
import { findingOf } from '../../domain/analysis/count-finding.ts';
import { ofWholeRollout } from '../../domain/analysis/evidence.ts';
import { harmTestCount, weighHarm } from '../../domain/analysis/harm.ts';
import { burstNoise } from '../../domain/statistics/burst-noise.ts';
import type { Judge } from './judge.ts';

export interface SequentialOptions {
  tolerance?: number;
  passMargin?: number;
  max?: number;
  falseRollback?: number;
  falsePromotion?: number;
  minRequests?: number;
  /** The least time of a step, in seconds. */
  holdS?: number;
  /** How often the counters are read, in seconds. */
  scrapeIntervalS?: number;
}

/** The product's own decision on one metric of errors, with its defaults, from the counts of each scrape on. */
export function sequentialJudge(options: SequentialOptions = {}): Judge {
  const { tolerance = 1.1, passMargin = 2, max, minRequests = 100, holdS = 30 } = options;
  const { falseRollback = 0.01, falsePromotion = 0.05, scrapeIntervalS = 5 } = options;
  const metric = {
    name: 'errors',
    kind: 'errorRate',
    tolerance,
    passMargin,
    ...(max !== undefined && { max }),
  } as const;
  const limits = { tolerance, passMargin, max, falsePromotion, dispersion: 1, isPromoted: false };
  const scrapeIntervalMs = scrapeIntervalS * 1_000;
  const harmTests = harmTestCount([metric]);
  let evidence: MetricEvidence | undefined;
  return {
    begin(stable) {
      limits.dispersion = burstNoise(stable) ?? 1;
    },
    look(metrics, { heldS }) {
      evidence = addRounds(evidence, [{ counts: metrics[0]! }], limits, { scrapeIntervalMs });
      const standing: CountStanding = {
        metric,
        evidence,
        limits,
        scrapeIntervalMs,
        countedMs: 0,
        what: 'failed',
        notes: [],
      };
      const harm = weighHarm({ errors: evidence }, { harmTests, falseRollback });
      const { verdict } = findingOf(standing, harm, minRequests);
      if (verdict === 'Fail') return 'rollBack';
      if (verdict !== 'Pass' || heldS < holdS) return 'stay';
      evidence = ofWholeRollout(evidence);
      return 'advance';
    },
  };
}
