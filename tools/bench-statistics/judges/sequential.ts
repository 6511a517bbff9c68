import type { MetricEvidence } from '../../../src/api/model-rollout-status.ts';
import { addRounds, type CountStanding } from '../../../src/domain/analysis/count-metric.ts';
import { findingOf } from '../../../src/domain/analysis/count-finding.ts';
import { ofWholeRollout } from '../../../src/domain/analysis/evidence.ts';
import { harmTestCount, weighHarm } from '../../../src/domain/analysis/harm.ts';
import type { Judge } from '../rollout.ts';
import { scrapeIntervalS } from '../traffic.ts';

export interface SequentialOptions {
  tolerance?: number;
  passMargin?: number;
  max?: number;
  falseRollback?: number;
  falsePromotion?: number;
  minRequests?: number;
  /** The least time of a step, in seconds. */
  holdS?: number;
}

/** The product's own decision on one metric of errors, with its defaults, from the counts of each scrape on. */
export function sequentialJudge(options: SequentialOptions = {}): Judge {
  const { tolerance = 1.1, passMargin = 2, max, minRequests = 100, holdS = 30 } = options;
  const { falseRollback = 0.01, falsePromotion = 0.05 } = options;
  const metric = {
    name: 'errors',
    kind: 'errorRate',
    tolerance,
    passMargin,
    ...(max !== undefined && { max }),
  } as const;
  const limits = { tolerance, passMargin, max, falsePromotion, isPromoted: false };
  const scrapeIntervalMs = scrapeIntervalS * 1_000;
  const harmTests = harmTestCount([metric]);
  let evidence: MetricEvidence | undefined;
  return {
    look(counts, { heldS }) {
      evidence = addRounds(evidence, [counts], limits, { scrapeIntervalMs });
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
