import type { MetricEvidence, RolloutEvidence } from '../../api/model-rollout-status.ts';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { logSumExp } from '../statistics/log-sum-exp.ts';
import { lnRejection } from '../statistics/error-budget.ts';
import { lnHarm, lnLimit } from './count-tests.ts';

/** A test that looks for harm: against the stable revision, or against the metric's own limit. */
export interface HarmTest {
  metric: string;
  kind: 'comparison' | 'limit';
  /** Its part of the common e-value, as a natural logarithm. */
  lnShare: number;
}

/** What all tests of a rollout say together. */
export interface Harm {
  /** The common e-value, as a natural logarithm. */
  lnE: number;
  /** Where it is proved: ln(1 / falseRollback). */
  lnNeeded: number;
  /** Every test, the heaviest first. */
  tests: HarmTest[];
}

/** How many tests for harm a rollout with these metrics runs: fixed when it begins, so that none is added on the way. */
export function harmTestCount(metrics: readonly RolloutMetric[]): number {
  return metrics.reduce((sum, metric) => {
    if (metric.kind === 'query') return sum;
    return sum + (metric.kind === 'errorRate' && metric.max === undefined ? 1 : 2);
  }, 0);
}

/**
 * Weighs the tests of all metrics: the common e-value is the mean of theirs, one that has not begun counts as 1.
 *
 * Guarantee: a rollout whose candidate does no harm in any metric is failed with a probability of at most `falseRollback`, however
 * often one looks and however the metrics depend on each other (the mean is the only admissible merge of e-values under any dependence:
 * Vovk and Wang 2021; Ville's inequality).
 */
export function weighHarm(
  evidence: RolloutEvidence['metrics'],
  { harmTests, falseRollback }: { harmTests: number; falseRollback: number },
): Harm {
  const lnWeight = -Math.log(Math.max(1, harmTests));
  const tests = Object.entries(evidence)
    .flatMap(([metric, known]) => testsOf(metric, known))
    .map((test) => ({ ...test, lnShare: test.lnShare + lnWeight }))
    .sort((left, right) => right.lnShare - left.lnShare);
  const unstarted = Math.max(0, harmTests - tests.length);
  const shares = tests.map(({ lnShare }) => lnShare);
  if (unstarted > 0) shares.push(Math.log(unstarted) + lnWeight);
  return { lnE: shares.length > 0 ? logSumExp(shares) : 0, lnNeeded: lnRejection(falseRollback), tests };
}

function testsOf(metric: string, { tests }: MetricEvidence): HarmTest[] {
  const found: HarmTest[] = [];
  if (tests?.harm) found.push({ metric, kind: 'comparison', lnShare: lnHarm(tests) });
  if (tests?.limit) found.push({ metric, kind: 'limit', lnShare: lnLimit(tests) });
  return found;
}
