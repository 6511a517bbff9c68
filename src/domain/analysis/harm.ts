import type { MetricEvidence, RolloutEvidence } from '../../api/model-rollout-status.ts';
import type { RolloutAnalysis, RolloutMetric } from '../../api/model-rollout.ts';
import { mergeEvidence } from '../statistics/merge-evidence.ts';
import { lnRejection } from '../statistics/error-budget.ts';
import { maxOf } from './count-metric.ts';
import { lnHarm, lnLimit, suspicionOdds } from './count-tests.ts';

/** A test that looks for harm: against the stable revision, or against the metric's own limit. */
export interface HarmTest {
  metric: string;
  kind: 'comparison' | 'limit';
  /** Its own e-value, as a natural logarithm. */
  lnE: number;
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
    if (metric.kind === 'query' || metric.dryRun) return sum;
    return sum + (maxOf(metric) === undefined ? 1 : 2);
  }, 0);
}

/** The evidence without that of metrics in a dry run: they take nothing from the budget of the others. */
export function heardEvidence(
  evidence: RolloutEvidence['metrics'],
  { metrics }: Pick<RolloutAnalysis, 'metrics'>,
): RolloutEvidence['metrics'] {
  const silent = new Set(metrics.flatMap(({ name, dryRun }) => (dryRun ? [name] : [])));
  return Object.fromEntries(Object.entries(evidence).filter(([name]) => !silent.has(name)));
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
  const tests = Object.entries(evidence)
    .flatMap(([metric, known]) => testsOf(metric, known))
    .map((test) => ({ ...test, lnShare: test.lnE - Math.log(Math.max(1, harmTests)) }))
    .sort((left, right) => right.lnE - left.lnE);
  const begun = tests.map(({ metric, lnE }) => ({ name: metric, lnE, weight: 1 }));
  const notBegun = harmTests - tests.length;
  const all = notBegun > 0 ? [...begun, { name: '', lnE: 0, weight: notBegun }] : begun;
  return { lnE: mergeEvidence(all).lnE, lnNeeded: lnRejection(falseRollback), tests };
}

/** Harm is not proved, and too likely for anything to pass. */
export function isSuspected(
  evidence: RolloutEvidence['metrics'],
  { metrics, falseRollback }: Pick<RolloutAnalysis, 'metrics' | 'falseRollback'>,
): boolean {
  const { lnE, tests } = weighHarm(heardEvidence(evidence, { metrics }), {
    harmTests: harmTestCount(metrics),
    falseRollback,
  });
  return Math.max(lnE, ...tests.map(({ lnShare }) => lnShare)) >= Math.log(suspicionOdds);
}

function testsOf(metric: string, { tests }: MetricEvidence): Omit<HarmTest, 'lnShare'>[] {
  const found: Omit<HarmTest, 'lnShare'>[] = [];
  if (tests?.harm) found.push({ metric, kind: 'comparison', lnE: lnHarm(tests) });
  if (tests?.limit) found.push({ metric, kind: 'limit', lnE: lnLimit(tests) });
  return found;
}
