import { Environment, type ParseResult } from '@marcbachmann/cel-js';

/** A condition on `result` does not parse, or is of another type than bool. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly reason = 'InvalidExpression';
}

/** A condition that is ready to be asked. Throws `ExpressionError` where its evaluation fails. */
export type Condition = (result: number) => boolean;

// `result` is a double, and CEL does not mix numbers of different kinds in arithmetic: `result * 100.0 < 5.0`.
const environment = new Environment({
  limits: { maxAstNodes: 256, maxDepth: 32, maxListElements: 64, maxMapEntries: 64, maxCallArguments: 16 },
}).registerVariable('result', 'double');

/** Compiles and type-checks a CEL condition over `result`. Throws `ExpressionError` with what is wrong, in words. */
export function compileCondition(expression: string): Condition {
  let parsed: ParseResult;
  try {
    parsed = environment.parse(expression);
  } catch (error) {
    throw new ExpressionError(`${quoted(expression)} does not parse: ${firstLine(error)}`, { cause: error });
  }
  const check = parsed.check();
  if (!check.valid)
    throw new ExpressionError(
      `${quoted(expression)} is not valid: ${firstLine(check.error)}${hint(check.error)}`,
    );
  if (check.type !== 'bool')
    throw new ExpressionError(`${quoted(expression)} gives ${check.type}; accepted: bool`);
  return (result) => {
    try {
      return parsed({ result }) === true;
    } catch (error) {
      throw new ExpressionError(`${quoted(expression)} cannot be evaluated: ${firstLine(error)}`, {
        cause: error,
      });
    }
  };
}

const quoted = (expression: string) => JSON.stringify(expression);
const firstLine = (error: unknown) => String(error instanceof Error ? error.message : error).split('\n')[0]!;

function hint(error: unknown): string {
  return /no such overload/.test(firstLine(error))
    ? ' (result is a double: write numbers that are computed with it or compared for equality as 100.0, not 100)'
    : '';
}
