import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import type { ConditionTarget } from '../../api/query-metric.ts';
import { beyondLimits, namesResult, parserLimits } from './expression-limits.ts';
import type { Labels } from './measurement.ts';

/** A condition on `result` does not parse, is of another type than bool, or is not one that may be evaluated. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly reason = 'InvalidExpression';
}

/** One element of a vector, as a condition sees it. */
export class Series {
  readonly labels: Labels;
  readonly value: number;

  constructor(labels: Labels, value: number) {
    this.labels = labels;
    this.value = value;
  }
}

/** What `result` stands for: a number, the elements of a vector, or no data where the metric is `nullable`. */
export type ConditionResult = number | readonly Series[] | null;

/** A condition that is ready to be asked. Throws `ExpressionError` where its evaluation fails. */
export type Condition = (result: ConditionResult) => boolean;

const environment = () =>
  new Environment({ limits: parserLimits }).registerType('Series', {
    ctor: Series,
    fields: { labels: 'map<string, string>', value: 'double' },
  });

// `result` is a double, and CEL does not mix numbers of different kinds in arithmetic: `result * 100.0 < 5.0`.
const types = { scalar: 'double', vector: 'list<Series>' } as const;

function typed(resultType: keyof typeof types, isNullable: boolean): Environment {
  const type = types[resultType];
  const made = environment().registerVariable('result', type);
  if (!isNullable) return made;
  // And with it `!=`.
  return made.registerOperator(`${type} == null`, (one, other) => one === other);
}

const environments = {
  scalar: typed('scalar', false),
  vector: typed('vector', false),
  nullableScalar: typed('scalar', true),
  nullableVector: typed('vector', true),
  /** Evaluates what may be null: a variable of a type cannot be. What it is used as was checked by a typed one. */
  nullable: environment().registerVariable('result', 'dyn'),
};

/** Compiles and type-checks a CEL condition over `result`. Throws `ExpressionError` with what is wrong, in words. */
export function compileCondition(
  expression: string,
  { resultType = 'scalar', nullable = false }: ConditionTarget = {},
): Condition {
  const name = resultType === 'scalar' ? 'Scalar' : 'Vector';
  const checked = parse(expression, environments[nullable ? (`nullable${name}` as const) : resultType]);
  const limit = beyondLimits(checked.ast);
  if (limit !== undefined) throw new ExpressionError(`${quoted(expression)} is not valid: ${limit}`);
  const check = checked.check();
  if (!check.valid) {
    throw new ExpressionError(
      `${quoted(expression)} is not valid: ${firstLine(check.error)}${hint(check.error, resultType)}`,
    );
  }
  if (check.type !== 'bool')
    throw new ExpressionError(`${quoted(expression)} gives ${check.type}; accepted: bool`);
  if (!namesResult(checked.ast))
    throw new ExpressionError(
      `${quoted(expression)} says the same whatever is measured; accepted: a condition on result`,
    );
  const evaluated = nullable ? parse(expression, environments.nullable) : checked;
  const condition: Condition = (result) => {
    try {
      return evaluated({ result }) === true;
    } catch (error) {
      throw new ExpressionError(`${quoted(expression)} cannot be evaluated: ${firstLine(error)}`, {
        cause: error,
      });
    }
  };
  if (nullable) requireNull(expression, condition);
  return condition;
}

/** Who asks for null has to say what it means: otherwise no data would be an error at the first empty answer. */
function requireNull(expression: string, condition: Condition): void {
  try {
    condition(null);
  } catch (error) {
    throw new ExpressionError(
      `${quoted(expression)} does not say what null means; accepted with nullable: conditions such as result == null || result < 0.9`,
      { cause: error },
    );
  }
}

function parse(expression: string, by: Environment): ParseResult {
  try {
    return by.parse(expression);
  } catch (error) {
    throw new ExpressionError(`${quoted(expression)} does not parse: ${firstLine(error)}`, { cause: error });
  }
}

const quoted = (expression: string) => JSON.stringify(expression);
const firstLine = (error: unknown) => String(error instanceof Error ? error.message : error).split('\n')[0]!;

function hint(error: unknown, resultType: keyof typeof types): string {
  const words = firstLine(error);
  if (/\bnull\b/.test(words))
    return ' (result is never null: no data is NoData, unless the metric is nullable)';
  if (resultType === 'vector') {
    return /list<Series>/.test(words)
      ? ' (result is a list of series, each with labels and value: write result.all(s, s.value < 0.9))'
      : '';
  }
  if (/'double'/.test(words)) return ' (result is one number; say resultType: vector for a list of series)';
  return /no such overload/.test(words)
    ? ' (result is a double: write numbers that are computed with it or compared for equality as 100.0, not 100)'
    : '';
}
