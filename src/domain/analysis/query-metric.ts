import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { checkExpressions } from './check-expressions.ts';
import { compileCondition, type Condition, ExpressionError } from './expression.ts';
import { failureFinding } from './measurement-failure.ts';
import type { MeasurementResult } from './measurement.ts';
import type { MetricFinding, MetricReason } from './metric-finding.ts';
import { number } from './words.ts';

export type QueryMetric = Extract<RolloutMetric, { kind: 'query' }>;

export interface QueryJudgement {
  evidence: MetricEvidence;
  finding: MetricFinding;
}

/**
 * Judges one measurement of a free query. Only one finite number is judged; everything else is NoData with its reason,
 * before any condition is asked, because every comparison with NaN is false (law 9).
 *
 * `isNew`: this measurement has not been counted yet (law 10).
 */
export function judgeQuery(
  metric: QueryMetric,
  before: MetricEvidence | undefined,
  measured: MeasurementResult | undefined,
  isNew: boolean,
): QueryJudgement {
  const evidence = before ?? { measurements: 0, failures: 0 };
  const noData = (reason: MetricReason, message: string): QueryJudgement => ({
    evidence,
    finding: { name: metric.name, verdict: 'NoData', reason, message: `${metric.name}: ${message}` },
  });

  if (!measured) {
    const [problem] = checkExpressions({ metrics: [metric] });
    return problem
      ? noData(problem.reason, problem.message)
      : noData('NotMeasured', 'the source was not asked');
  }
  if (measured.failure) return { evidence, finding: failureFinding(metric.name, measured.failure) };
  const { result } = measured;
  switch (result.kind) {
    case 'empty':
      return noData('EmptyResult', 'the query gives nothing');
    case 'nan':
      return noData('NotANumber', `the query gives ${result.value}, which is no number to judge`);
    case 'vector':
    case 'matrix':
      return noData('QueryAmbiguous', `the query gives ${seriesWords(result)} where one number is needed`);
  }

  try {
    const state = stateOf(metric, result.value);
    const after: MetricEvidence = isNew
      ? {
          measurements: evidence.measurements + 1,
          failures: evidence.failures + (state === 'failed' ? 1 : 0),
          lastValue: result.value,
        }
      : evidence;
    return { evidence: after, finding: findingOf(metric, state, after, result.value) };
  } catch (error) {
    if (error instanceof ExpressionError) return noData('InvalidExpression', error.message);
    throw error;
  }
}

const seriesWords = (result: { kind: string; series: readonly unknown[] }): string =>
  result.kind === 'matrix' ? `samples of ${result.series.length} series` : `${result.series.length} series`;

type State = 'passed' | 'failed' | 'neither';

/** `pass` alone: what does not pass fails. `fail` alone: what does not fail passes. Both: what is neither is open. */
function stateOf(metric: QueryMetric, value: number): State {
  const pass: Condition | undefined = metric.pass === undefined ? undefined : compileCondition(metric.pass);
  const fail: Condition | undefined = metric.fail === undefined ? undefined : compileCondition(metric.fail);
  if (fail?.(value)) return 'failed';
  if (pass) return pass(value) ? 'passed' : fail ? 'neither' : 'failed';
  return fail ? 'passed' : 'neither';
}

function findingOf(
  metric: QueryMetric,
  state: State,
  evidence: MetricEvidence,
  value: number,
): MetricFinding {
  const { name, failureLimit } = metric;
  const gave = `${name}: the query gives ${number(value)}`;
  const failures = `${evidence.failures} of ${evidence.measurements} measurements failed, ${failureLimit} tolerated`;
  if (evidence.failures > failureLimit) {
    return {
      name,
      verdict: 'Fail',
      reason: 'LimitExceeded',
      value,
      message: `${gave}; ${condition(metric)}; ${failures}`,
    };
  }
  switch (state) {
    case 'failed':
      return {
        name,
        verdict: 'Inconclusive',
        reason: 'FailureTolerated',
        value,
        message: `${gave}; ${failures}`,
      };
    case 'neither':
      return {
        name,
        verdict: 'Inconclusive',
        reason: 'NoConditionMet',
        value,
        message: `${gave}: neither pass nor fail`,
      };
    case 'passed':
      return {
        name,
        verdict: 'Pass',
        reason: 'WithinLimit',
        value,
        message: `${gave}; ${condition(metric)}`,
      };
  }
}

const condition = ({ pass, fail }: QueryMetric): string =>
  [pass !== undefined && `pass: ${pass}`, fail !== undefined && `fail: ${fail}`].filter(Boolean).join(', ');
