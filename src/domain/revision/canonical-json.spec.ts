import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.ts';

describe('canonical JSON', () => {
  it.each([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ a: null, b: undefined, c: {} }, '{"c":{}}'],
    [{ a: { b: null } }, '{"a":{}}'],
    [[3, 1, 2], '[3,1,2]'],
    [[1, null, undefined], '[1,null,null]'],
    [{ a: [] }, '{"a":[]}'],
    ['"ä\u2028\n', JSON.stringify('"ä\u2028\n')],
    [1.5, '1.5'],
    [1e21, '1e+21'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'null'],
    // By code unit, on every machine: upper case before lower case, no locale.
    [{ a: 1, B: 2, ä: 3, Z: 4 }, '{"B":2,"Z":4,"a":1,"ä":3}'],
    // Integer-like keys are ordered as text, although JavaScript keeps them first.
    [{ 10: 1, 9: 2, a: 3 }, '{"10":1,"9":2,"a":3}'],
  ])('%j is %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('keeps the order of lists: arguments and containers mean something in theirs', () => {
    expect(canonicalJson({ args: ['a', 'b'] })).not.toBe(canonicalJson({ args: ['b', 'a'] }));
  });
});
