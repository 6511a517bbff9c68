import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sameJson } from './same-json.ts';

const json = fc.jsonValue({ maxDepth: 3 });

/** The same value with the keys of every object in the opposite order. */
const reordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reordered(item)]),
  );
};

/** What tells two values apart when the order of keys does not count. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)))
      : item,
  );

describe('sameJson', () => {
  it('is true of a copy with its keys in another order, in both directions', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(sameJson(value, reordered(structuredClone(value)))).toBe(true);
        expect(sameJson(reordered(value), value)).toBe(true);
      }),
    );
  });

  it('is true exactly where the canonical texts are equal', () => {
    fc.assert(
      fc.property(json, json, (left, right) => {
        expect(sameJson(left, right)).toBe(canonical(left) === canonical(right));
      }),
    );
  });

  it('a field that is undefined is one that is absent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.string(), (object, key) => {
        fc.pre(!Object.hasOwn(object, key) && key !== '__proto__');
        expect(sameJson({ ...object, [key]: undefined }, object)).toBe(true);
        expect(sameJson(object, { ...object, [key]: undefined })).toBe(true);
        expect(sameJson({ ...object, [key]: null }, object)).toBe(false);
      }),
    );
  });

  const different: [string, unknown, unknown][] = [
    ['a number and its text', 1, '1'],
    ['null and nothing', null, undefined],
    ['an empty list and an empty object', [], {}],
    ['a list and its beginning', [1, 2], [1]],
    ['a list in another order', [1, 2], [2, 1]],
    ['an inherited name and nothing', { toString: {} }, {}],
    ['a key that objects inherit', JSON.parse('{"__proto__": {}}'), {}],
    ['a field deep inside', { a: [{ b: { c: 1 } }] }, { a: [{ b: { c: 2 } }] }],
  ];
  it.each(different)('tells apart %s', (_name, left, right) => {
    expect(sameJson(left, right)).toBe(false);
    expect(sameJson(right, left)).toBe(false);
  });
});
