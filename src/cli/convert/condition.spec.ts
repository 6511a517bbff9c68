import { describe, expect, it } from '@jest/globals';
import { compileCondition, Series } from '../../domain/analysis/expression.ts';
import { convertCondition } from './condition.ts';

const asked = (source: string) => {
  const converted = convertCondition(source)!;
  return compileCondition(converted.expression, converted);
};
const series = (...values: number[]) => values.map((value) => new Series({}, value));

describe('a condition of Argo Rollouts', () => {
  it.each<[string, number, number]>([
    ['result[0] >= 0.95', 0.95, 0.94],
    ['result < 5', 4, 5],
    ['result[0] * 100 < 5', 0.04, 0.06],
    ['asFloat(result) <= 1', 1, 1.1],
    ['result[0] > 0 and result[0] < 0.2', 0.1, 0.3],
    ['not (result[0] > 2 or result[0] < 1)', 1.5, 3],
    ['!isNaN(result[0]) && result[0] < 10', 9, 11],
    ['isInf(result) || result > 7', 8, 6],
    ['len(result) > 0 && result[0] < 3', 2, 3],
  ])('%s is true and false of the same numbers', (source, good, bad) => {
    const condition = asked(source);
    expect([condition(good), condition(bad)]).toEqual([true, false]);
  });

  it.each<[string, boolean]>([
    ['len(result) == 0 || result[0] < 3', true],
    ['len(result) != 0 && result[0] < 3', false],
    ['isNil(result) || result < 3', true],
    ['default(result, 0) < 3', true],
    ['result == nil or result > 3', true],
  ])('%s says the same of an empty answer', (source, expected) => {
    expect(convertCondition(source)).toMatchObject({ nullable: true });
    expect(asked(source)(null)).toBe(expected);
  });

  it.each<[string, number[], number[]]>([
    ['all(result, # < 1000)', [1, 999], [1, 1000]],
    ['any(result, {# > 2})', [1, 3], [1, 2]],
    ['none(result, # > 2 or # < 0)', [1, 2], [1, -1]],
    ['one(result, # == 0)', [0, 1], [0, 0]],
  ])('%s is one over series', (source, good, bad) => {
    const condition = asked(source);
    expect([condition(series(...good)), condition(series(...bad))]).toEqual([true, false]);
  });

  it.each([
    'result.ok == true',
    'result["status"] == "fine"',
    'isNaN(result[0])',
    'true',
    'all(result, # < 1) and len(result) > 3',
    'result[1] > 3',
    'max(result) < 3',
  ])('%s has no equivalent', (source) => {
    expect(convertCondition(source)).toBeUndefined();
  });
});
