import { describe, expect, it } from '@jest/globals';
import { checkExpressions } from './check-expressions.ts';
import { compileCondition, ExpressionError } from './expression.ts';

describe('compileCondition', () => {
  it.each([
    ['result < 0.9', 0.5, true],
    ['result < 0.9', 0.9, false],
    ['result < 1', 0.5, true],
    ['result * 100.0 < 5.0', 0.06, false],
    ['result == 1.0', 1, true],
    ['result >= 0.1 && result <= 0.2 || result > 10', 11, true],
    ['!(result > 1)', 1, true],
  ])('%s of %d is %s', (expression, result, expected) => {
    expect(compileCondition(expression)(result)).toBe(expected);
  });

  it.each([
    ['result <', /does not parse/],
    ['result', /gives double; accepted: bool/],
    ['value < 1', /Unknown variable: value/],
    ['result * 100 < 5', /double \* int.*write numbers.*100\.0/],
    ['result == 1', /100\.0/],
    ['result < "1"', /is not valid/],
    [Array.from({ length: 200 }, () => 'result < 1').join(' && '), /does not parse/],
  ])('%s is refused', (expression, words) => {
    expect(() => compileCondition(expression)).toThrow(ExpressionError);
    expect(() => compileCondition(expression)).toThrow(words);
  });

  it.each([
    ['result.all(s, s.value < 1.0)', { resultType: 'vector' }],
    [
      'size(result) > 2 || result.exists_one(s, has(s.labels.pod) && s.labels.pod.startsWith("a"))',
      { resultType: 'vector' },
    ],
    ['result.filter(s, s.labels["zone"] == "a").all(s, s.value < 1.0)', { resultType: 'vector' }],
    ['result == null || result < 1.0', { nullable: true }],
    ['result != null && result.all(s, s.value < 1.0)', { resultType: 'vector', nullable: true }],
  ] as const)('%s is taken for %j', (expression, target) => {
    expect(compileCondition(expression, target)).toBeInstanceOf(Function);
  });

  it.each([
    ['result == null || result < 1.0', {}, /double == null.*unless the metric is nullable/],
    ['result.all(s, s.value < 1.0)', {}, /say resultType: vector/],
    ['result < 1.0', { resultType: 'vector' }, /result is a list of series/],
    ['result.all(s, s.size < 1.0)', { resultType: 'vector' }, /No such key: size/],
    ['result.all(s, s.value < "1")', { resultType: 'vector' }, /is not valid/],
    ['result < 1.0', { nullable: true }, /does not say what null means/],
    ['result == null || result == "a"', { nullable: true }, /is not valid/],
    // Law 17: nothing that could take long.
    ['string(result).matches("(a+)+$")', {}, /matches\(\) is not accepted here; accepted: size, has/],
    ['cel.bind(a, [result], size(a + a) > 1)', {}, /bind\(\) is not accepted/],
    ['result.map(s, s.value) == [1.0]', { resultType: 'vector' }, /map\(\) is not accepted/],
    ['result.all(s, result.all(t, s.value == t.value))', { resultType: 'vector' }, /inside another one/],
    ['(result + result).all(s, s.value < 1.0)', { resultType: 'vector' }, /sum of lists/],
    // What does not look at the measurement passes or fails silently.
    ['true', {}, /says the same whatever is measured/],
    ['1.0 < 2.0', {}, /says the same/],
  ] as const)('%s is refused for %j', (expression, target, words) => {
    expect(() => compileCondition(expression, target)).toThrow(ExpressionError);
    expect(() => compileCondition(expression, target)).toThrow(words);
  });

  it('says so when it cannot be evaluated', () => {
    expect(() => compileCondition('1 / int(result) > 1')(0)).toThrow(/cannot be evaluated: division by zero/);
  });
});

describe('checkExpressions', () => {
  const query = (fields: { query?: string; pass?: string; fail?: string }) =>
    ({ name: 'gpu', kind: 'query', query: 'up', failureLimit: 0, ...fields }) as const;

  it('finds nothing in a plan that works', () => {
    const metrics = [
      { name: 'errors', kind: 'errorRate', tolerance: 1.1, passMargin: 2, max: 0.1 } as const,
      query({ query: 'x{r="{{ candidate.revision }}"}', pass: 'result < 1', fail: 'result > 2' }),
    ];
    expect(checkExpressions({ metrics })).toEqual([]);
  });

  it('names metric, field and fault of all that do not', () => {
    const problems = checkExpressions({
      metrics: [query({ query: '{{ nobody }}', pass: 'result', fail: 'result >' })],
    });
    expect(problems.map(({ metric, field, reason }) => [metric, field, reason])).toEqual([
      ['gpu', 'query', 'InvalidQuery'],
      ['gpu', 'pass', 'InvalidExpression'],
      ['gpu', 'fail', 'InvalidExpression'],
    ]);
    expect(problems[1]!.message).toBe('metric gpu, pass: "result" gives double; accepted: bool');
  });
});
