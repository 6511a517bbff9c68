import type { RolloutAnalysis } from '../../api/model-rollout.ts';
import { compileCondition, ExpressionError } from './expression.ts';
import type { Arms } from './preset.ts';
import { QueryTemplateError, renderQuery } from './query-template.ts';

/** Something in the plan that can never be measured or judged. It becomes a condition; the metric itself is NoData. */
export interface ExpressionProblem {
  metric: string;
  field: 'query' | 'pass' | 'fail';
  reason: 'InvalidQuery' | 'InvalidExpression';
  /** Names metric and field, and what is wrong. */
  message: string;
}

const anyArm = { revision: 'revision', service: 'service', port: 80 };
const anyArms: Arms = { namespace: 'namespace', name: 'name', candidate: anyArm, stable: anyArm };

/** Compiles all conditions and renders all queries of a plan, and gives what does not work. */
export function checkExpressions(plan: Pick<RolloutAnalysis, 'metrics'>): ExpressionProblem[] {
  const problems: ExpressionProblem[] = [];
  for (const metric of plan.metrics) {
    if (metric.kind !== 'query') continue;
    const check = (field: ExpressionProblem['field'], work: () => unknown) => {
      try {
        work();
      } catch (error) {
        if (!(error instanceof ExpressionError || error instanceof QueryTemplateError)) throw error;
        problems.push({
          metric: metric.name,
          field,
          reason: error.reason,
          message: `metric ${metric.name}, ${field}: ${error.message}`,
        });
      }
    };
    const { query, pass, fail } = metric;
    check('query', () => renderQuery(query, { ...anyArms, measures: () => 'measure' }));
    if (pass !== undefined) check('pass', () => compileCondition(pass, metric));
    if (fail !== undefined) check('fail', () => compileCondition(fail, metric));
  }
  return problems;
}
