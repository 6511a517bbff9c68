import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

/** The same value with its keys in another order, and nulls where nothing was. */
function shaken(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shaken);
  if (value === null || typeof value !== 'object') return value;
  const fields = Object.entries(value).map(([key, field]): [string, unknown] => [key, shaken(field)]);
  return Object.fromEntries([...fields.reverse(), ['added by a tool', null], ['absent', undefined]]);
}

describe('canonical JSON', () => {
  it('does not care for key order, nulls and absent fields', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => canonicalJson(shaken(value)) === canonicalJson(value)));
  });

  it('is JSON, and canonical itself', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('tells different values apart', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const record = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(leaf, fc.array(leaf)));
    fc.assert(
      fc.property(record, record, (left, right) => {
        const same =
          JSON.stringify(Object.entries(left).sort()) === JSON.stringify(Object.entries(right).sort());
        expect(canonicalJson(left) === canonicalJson(right)).toBe(same);
      }),
    );
  });
});
