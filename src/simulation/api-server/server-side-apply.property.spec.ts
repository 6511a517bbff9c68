import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deduced, leaf, listBy, mapOf, open } from './field-schema.ts';
import { isSame } from './json-value.ts';
import { afterUpdate, applied, type FieldOwnership, leavesOf } from './server-side-apply.ts';

const schema = open({
  labels: mapOf(leaf),
  ports: listBy(['port', 'protocol'], deduced, { protocol: 'TCP' }),
  atomic: leaf,
});

const port = fc.record(
  { port: fc.integer({ min: 1, max: 3 }), name: fc.constantFrom('a', 'b') },
  { requiredKeys: ['port'] },
);
const value = fc.record(
  {
    labels: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.constantFrom('1', '2'), { maxKeys: 3 }),
    ports: fc.uniqueArray(port, { selector: (one) => one.port, maxLength: 3 }),
    atomic: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
    free: fc.record({ deep: fc.integer({ min: 0, max: 2 }) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const step = fc.record({ kind: fc.constantFrom('apply' as const, 'update' as const), value });

/** Applies and other writes, one after the other. */
function play(start: object, steps: readonly { kind: 'apply' | 'update'; value: object }[]) {
  let live = start;
  let ownership: FieldOwnership | undefined;
  for (const { kind, value: given } of steps) {
    if (kind === 'apply') {
      const result = applied(schema, live, given, ownership);
      live = result.value ?? {};
      ownership = result.ownership;
    } else {
      if (ownership) ownership = afterUpdate(schema, live, given, ownership);
      live = given;
    }
  }
  return { live, ownership };
}

describe('server-side apply', () => {
  it('says afterwards everything that was applied', () => {
    fc.assert(
      fc.property(value, fc.array(step, { maxLength: 5 }), value, (start, steps, last) => {
        const { live } = play(start, [...steps, { kind: 'apply', value: last }]);
        const leaves = leavesOf(schema, live);
        for (const [path, wanted] of leavesOf(schema, last)) {
          // An empty object or keyed list is filled by what others have put there.
          if (isSame(wanted, {}) || path === '/f:ports') continue;
          expect(leaves.get(path)).toEqual(wanted);
        }
      }),
    );
  });

  it('done twice changes nothing, not even who owns what', () => {
    fc.assert(
      fc.property(value, fc.array(step, { maxLength: 5 }), value, (start, steps, last) => {
        const once = play(start, [...steps, { kind: 'apply', value: last }]);
        const twice = applied(schema, once.live, last, once.ownership);
        expect(twice.value ?? {}).toEqual(once.live);
        expect(twice.ownership).toEqual(once.ownership);
      }),
    );
  });

  it('that is taken back leaves what others have set, as it was', () => {
    fc.assert(
      fc.property(value, value, (start, given) => {
        const before = leavesOf(schema, start);
        const { live } = play(start, [
          { kind: 'apply', value: given },
          { kind: 'apply', value: {} },
        ]);
        const after = leavesOf(schema, live);
        const named = leavesOf(schema, given);
        for (const [path, was] of before) {
          const untouched = !named.has(path) || isSame(named.get(path), was);
          if (untouched && !isSame(was, {}) && !isSame(was, [])) expect(after.get(path)).toEqual(was);
        }
        for (const path of after.keys()) expect(before.has(path)).toBe(true);
      }),
    );
  });
});
