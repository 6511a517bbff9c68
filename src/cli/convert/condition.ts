import { compileCondition, ExpressionError } from '../../domain/analysis/expression.ts';

/** A condition in our words, with what it says of the result. */
export interface ConvertedCondition {
  expression: string;
  resultType?: 'vector';
  nullable?: true;
}

/**
 * A condition of Argo Rollouts (the language Expr over `result`) as CEL over ours. There the answer of Prometheus is a list of numbers, here
 * a scalar is one number; there an empty answer is a list of no elements, here it is `null`; a number that is none never gets to a condition here.
 * Undefined for what has no equivalent: every condition is compiled before it is given out.
 */
export function convertCondition(source: string): ConvertedCondition | undefined {
  const vector = overSeries(source.trim());
  if (vector !== undefined) return compiled({ expression: withDoubles(vector), resultType: 'vector' });
  const scalar = overNumber(source.trim());
  const nullable = /\bnull\b/.test(scalar) ? ({ nullable: true } as const) : {};
  return compiled({ expression: withDoubles(scalar), ...nullable });
}

function compiled(condition: ConvertedCondition): ConvertedCondition | undefined {
  try {
    compileCondition(condition.expression, condition);
    return condition;
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

const words = (text: string): string =>
  text
    .replace(/\band\b/g, '&&')
    .replace(/\bor\b/g, '||')
    .replace(/\bnot\s+/g, '!')
    .replace(/\bnil\b/g, 'null');

/** `all(result, # < 0.9)` and its like. */
function overSeries(source: string): string | undefined {
  const match = /^(all|any|none|one)\(\s*result\s*,\s*\{?([^{}]*)\}?\s*\)$/.exec(source);
  if (!match) return undefined;
  const [, name, body = ''] = match;
  const each = words(body.trim()).replace(/#/g, 's.value');
  const macro = name === 'all' ? 'all' : name === 'one' ? 'exists_one' : 'exists';
  return `${name === 'none' ? '!' : ''}result.${macro}(s, ${each})`;
}

function overNumber(source: string): string {
  return (
    words(source)
      .replace(/\bresult\s*\[\s*0\s*\]/g, 'result')
      .replace(/\b(?:asFloat|asInt|float|int)\(\s*result\s*\)/g, 'result')
      // Not a number and infinity are NoData here, before a condition is asked.
      .replace(/\b(?:isNaN|isInf)\(\s*result\s*\)/g, 'false')
      .replace(/!false\s*&&\s*/g, '')
      .replace(/\s*&&\s*!false/g, '')
      .replace(/\(?\bfalse\)?\s*\|\|\s*/g, '')
      .replace(/\s*\|\|\s*false\b/g, '')
      .replace(/\bisNil\(\s*result\s*\)/g, '(result == null)')
      .replace(/\blen\(\s*result\s*\)\s*(?:==\s*0|<\s*1)\b/g, 'result == null')
      .replace(/\blen\(\s*result\s*\)\s*(?:!=\s*0|>\s*0|>=\s*1)\b/g, 'result != null')
      .replace(/\bdefault\(\s*result\s*,\s*(-?[\d.]+)\s*\)/g, '(result == null ? $1 : result)')
  );
}

/** `result` is a double, and CEL does not mix kinds of numbers: 5 becomes 5.0. */
const withDoubles = (expression: string): string => expression.replace(/(?<![\w.])(\d+)(?![\w.])/g, '$1.0');
