import type { RolloutAnalysis } from '../../api/model-rollout.ts';
import type { ConditionTarget } from '../../api/query-metric.ts';
import { compileCondition, ExpressionError } from './expression.ts';
import type { Arms } from './preset.ts';
import { QueryTemplateError, renderQuery } from './query-template.ts';

/** Something in a query or its conditions that can never be measured or judged. */
export interface QueryProblem {
  field: 'query' | 'pass' | 'fail';
  reason: 'InvalidQuery' | 'InvalidExpression';
  /** What is wrong. */
  words: string;
}

/** The same of a metric in a plan. It becomes a condition; the metric itself is NoData. */
export interface ExpressionProblem extends Omit<QueryProblem, 'words'> {
  metric: string;
  /** Names metric and field, and what is wrong. */
  message: string;
}

const anyArm = { revision: 'revision', service: 'service', port: 80 };
const anyArms: Arms = { namespace: 'namespace', name: 'name', candidate: anyArm, stable: anyArm };

/** Renders a query and compiles its conditions, and gives what does not work. */
export function checkQuery(
  metric: ConditionTarget & { query?: string; pass?: string; fail?: string },
): QueryProblem[] {
  const problems: QueryProblem[] = [];
  const check = (field: QueryProblem['field'], work: (text: string) => unknown) => {
    const text = metric[field];
    if (text === undefined) return;
    try {
      work(text);
    } catch (error) {
      if (!(error instanceof ExpressionError || error instanceof QueryTemplateError)) throw error;
      problems.push({ field, reason: error.reason, words: error.message });
    }
  };
  check('query', (query) => renderQuery(query, { ...anyArms, measures: () => 'measure' }));
  check('pass', (pass) => compileCondition(pass, metric));
  check('fail', (fail) => compileCondition(fail, metric));
  return problems;
}

/** Everything that is wrong with the queries of a plan. */
export function checkExpressions(plan: Pick<RolloutAnalysis, 'metrics'>): ExpressionProblem[] {
  return plan.metrics.flatMap((metric) =>
    metric.kind === 'query'
      ? checkQuery(metric).map(({ words, ...problem }) => ({
          metric: metric.name,
          ...problem,
          message: `metric ${metric.name}, ${problem.field}: ${words}`,
        }))
      : [],
  );
}
