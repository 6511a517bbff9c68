import { z } from 'zod';
import { field, type Rule } from './schema.ts';

/** What a condition on a query's result is written for. */
export interface ConditionTarget {
  resultType?: 'scalar' | 'vector';
  nullable?: boolean;
}

/** What is the same of a query in a spec, in a template and in the plan of a rollout. */
export const query = (variables: string) =>
  field(
    z.string().min(1).max(4096),
    `Query for the source. \`{{ candidate.revision }}\`, \`{{ stable.revision }}\`, \`{{ namespace }}\`, \`{{ name }}\` and \`{{ window }}\` are replaced, and \`{{ measure.timeToFirstToken }}\` and its like by what the model server measures of the candidate.${variables}`,
  );

export const resultType = () =>
  field(
    z.enum(['scalar', 'vector']),
    'What the query gives. `scalar`: one number, or one series; more of them are NoData. `vector`: at most 100 series, all judged by one condition. Default: `scalar`.',
  );

export const nullable = () =>
  field(
    z.boolean(),
    'The conditions are asked of a query that gives nothing, too: `result` is null then. Default: false, and it is NoData.',
  );

const asksForResult = (name: string): Rule => ({
  rule: `self.matches('\\\\bresult\\\\b')`,
  message: `${name} must be a condition on result, such as result < 0.9`,
});
const condition = (description: string, rules: Rule[]) =>
  field(z.string().min(1).max(1024), description, { rules });

/** What a result is and what is asked of it. The rules are those of a spec: a record keeps what it began with. */
export const conditions = (rulesOf: (name: string) => Rule[] = (name) => [asksForResult(name)]) => ({
  resultType: resultType().optional(),
  nullable: nullable().optional(),
  pass: condition(
    'CEL over `result`, a double, or with `resultType: vector` a list of series with `labels` and `value`: true lets the gate pass, false counts as a failure. Examples: `result < 0.9`, `result.all(s, s.value < 0.9)`.',
    rulesOf('pass'),
  ).optional(),
  fail: condition(
    'CEL over `result`: true counts as a failure. With `pass` too, what is neither is Inconclusive.',
    rulesOf('fail'),
  ).optional(),
});

const most = 1000;
const limit = (min: number, description: string) =>
  field(z.int().min(min).max(most), description, { format: 'int32' });

/** How many measurements decide. `failureLimit` is always known in a plan. */
export const failureLimit = () =>
  limit(0, 'How many failures on one step are tolerated before the gate fails. Default: 0.');

export const counts = () => ({
  count: limit(
    1,
    'The gate does not pass before so many measurements were judged on the step. Default: 1.',
  ).optional(),
  consecutiveSuccessLimit: limit(
    1,
    'The gate passes only while at least the last so many measurements of the step passed. Default: 1.',
  ).optional(),
});
