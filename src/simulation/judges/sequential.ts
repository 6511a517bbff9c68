import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import type { Verdict } from '../../api/phase.ts';
import type { ArmCounts, Counts } from '../../domain/analysis/arm-counts.ts';
import { addRounds, type CountStanding } from '../../domain/analysis/count-metric.ts';
import { findingOf } from '../../domain/analysis/count-finding.ts';
import { ofWholeRollout } from '../../domain/analysis/evidence.ts';
import { harmTestCount, isSuspected, weighHarm } from '../../domain/analysis/harm.ts';
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

/** What such a judge knows after a look. */
export interface Knowledge {
  evidence: MetricEvidence;
  verdict: Verdict;
  /** Harm is not proved, and too likely for anything to go on. */
  isSuspected: boolean;
}

/** The product's own decision on one metric of errors, with its defaults, from the counts of each scrape on: the steps of a plan. */
export function sequentialJudge(options: SequentialOptions = {}): Judge {
  const { holdS = 30 } = options;
  const judge = errorJudge(options);
  return {
    begin: judge.begin,
    look([counts], { heldS }) {
      const { verdict } = judge.look(counts!);
      if (verdict === 'Fail') return 'rollBack';
      if (verdict !== 'Pass' || heldS < holdS) return 'stay';
      judge.nextStep();
      return 'advance';
    },
  };
}

/** The product's tests of one metric of errors. */
export function errorJudge(options: SequentialOptions & { countsLoss?: boolean } = {}) {
  const { tolerance = 1.1, passMargin = 2, max, minRequests = 100, countsLoss = false } = options;
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
    begin(stable: readonly Counts[]): void {
      limits.dispersion = burstNoise(stable) ?? 1;
    },
    look(counts: ArmCounts): Knowledge {
      evidence = addRounds(evidence, [{ counts }], limits, { scrapeIntervalMs, countsLoss });
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
      return {
        evidence,
        verdict: findingOf(standing, harm, minRequests).verdict,
        isSuspected: isSuspected({ errors: evidence }, { metrics: [metric], falseRollback }),
      };
    },
    /** What of the evidence belongs to a step ends with it. */
    nextStep(): void {
      evidence = evidence && ofWholeRollout(evidence);
    },
  };
}
