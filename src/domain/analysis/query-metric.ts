import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { checkExpressions } from './check-expressions.ts';
import { compileCondition, type Condition, type ConditionResult, ExpressionError } from './expression.ts';
import { failureFinding } from './measurement-failure.ts';
import type { MeasurementResult } from './measurement.ts';
import type { MetricFinding, MetricReason } from './metric-finding.ts';
import { type Judgeable, judgeable, type ResultAge } from './query-result.ts';

export type QueryMetric = Extract<RolloutMetric, { kind: 'query' }>;

export interface QueryJudgement {
  evidence: MetricEvidence;
  finding: MetricFinding;
}

/** The answer to a metric's query. */
export interface QueryMeasurement extends ResultAge {
  /** Absent: the source was not asked. */
  measured: MeasurementResult | undefined;
  /** It has not been counted yet (law 10). */
  isNew: boolean;
}

/**
 * Judges one measurement of a free query. What is not what the metric expects is NoData with its reason, and counts neither for nor
 * against the candidate (law 9).
 */
export function judgeQuery(
  metric: QueryMetric,
  before: MetricEvidence | undefined,
  { measured, isNew, ...age }: QueryMeasurement,
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
  const answer = judgeable(measured.result, metric, age);
  if (answer.kind === 'noData') return noData(answer.reason, answer.message);
  try {
    const state = stateOf(metric, answer.result);
    const after = isNew ? counted(metric, evidence, state, answer.value) : evidence;
    const notes = measured.result.warnings.map((warning) => `the source warns: ${warning}`);
    return { evidence: after, finding: findingOf(metric, state, after, { answer, notes }) };
  } catch (error) {
    if (error instanceof ExpressionError) return noData('InvalidExpression', error.message);
    throw error;
  }
}

type State = 'passed' | 'failed' | 'neither';

/** `pass` alone: what does not pass fails. `fail` alone: what does not fail passes. Both: what is neither is open. */
function stateOf(metric: QueryMetric, result: ConditionResult): State {
  const conditionOf = (text: string | undefined): Condition | undefined =>
    text === undefined ? undefined : compileCondition(text, metric);
  const pass = conditionOf(metric.pass);
  const fail = conditionOf(metric.fail);
  if (fail?.(result)) return 'failed';
  if (pass) return pass(result) ? 'passed' : fail ? 'neither' : 'failed';
  return fail ? 'passed' : 'neither';
}

function counted(
  { consecutiveSuccessLimit }: QueryMetric,
  before: MetricEvidence,
  state: State,
  value: number | undefined,
): MetricEvidence {
  const { lastValue: _value, ...known } = before;
  return {
    ...known,
    measurements: before.measurements + 1,
    failures: before.failures + (state === 'failed' ? 1 : 0),
    ...(consecutiveSuccessLimit !== undefined && {
      successes: state === 'passed' ? (before.successes ?? 0) + 1 : 0,
    }),
    ...(value !== undefined && { lastValue: value }),
  };
}

/**
 * How far a metric's counts are towards its limits. The answer to a query is no raw sample: what changes here cannot be computed
 * again after a restart (law 12).
 */
export function countsTowardsLimits(metric: QueryMetric, evidence: MetricEvidence | undefined): number[] {
  const { measurements, failures, successes = 0 } = evidence ?? { measurements: 0, failures: 0 };
  const { count = 1, consecutiveSuccessLimit = 0 } = metric;
  return [
    failures,
    count > 1 ? Math.min(measurements, count) : 0,
    Math.min(successes, consecutiveSuccessLimit),
  ];
}

function findingOf(
  metric: QueryMetric,
  state: State,
  evidence: MetricEvidence,
  said: { answer: Extract<Judgeable, { kind: 'judgeable' }>; notes: readonly string[] },
): MetricFinding {
  const { name, failureLimit, count = 1, consecutiveSuccessLimit = 0 } = metric;
  const { measurements, failures, successes = 0 } = evidence;
  const { words, value } = said.answer;
  const say = (verdict: MetricFinding['verdict'], reason: MetricReason, why: string): MetricFinding => ({
    name,
    verdict,
    reason,
    ...(value !== undefined && { value }),
    message: [`${name}: the query gives ${words}`, why, ...said.notes].join('; '),
  });
  const failed = `${failures} of ${measurements} measurements failed, ${failureLimit} tolerated`;
  if (failures > failureLimit) return say('Fail', 'LimitExceeded', `${condition(metric)}; ${failed}`);
  switch (state) {
    case 'failed':
      return say('Inconclusive', 'FailureTolerated', failed);
    case 'neither':
      return say('Inconclusive', 'NoConditionMet', 'neither pass nor fail');
    case 'passed': {
      if (count > 1 && measurements < count) {
        const taken = `${measurements} of ${count} measurements are taken`;
        return say('Inconclusive', 'TooFewMeasurements', taken);
      }
      if (successes < consecutiveSuccessLimit) {
        const inRow = `${successes} of ${consecutiveSuccessLimit} in a row passed`;
        return say('Inconclusive', 'TooFewMeasurements', inRow);
      }
      return say('Pass', 'WithinLimit', condition(metric));
    }
  }
}

const condition = ({ pass, fail }: QueryMetric): string =>
  [pass !== undefined && `pass: ${pass}`, fail !== undefined && `fail: ${fail}`].filter(Boolean).join(', ');
