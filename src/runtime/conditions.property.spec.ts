import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Condition, type DesiredCondition, setConditions } from './conditions.ts';

const order = ['Ready', 'Available', 'Stalled'];
const status = fc.constantFrom('True' as const, 'False' as const, 'Unknown' as const);
const word = fc.constantFrom('A', 'B');
const desired: fc.Arbitrary<DesiredCondition> = fc.record({
  type: fc.constantFrom(...order),
  status,
  reason: word,
  message: word,
  observedGeneration: fc.integer({ min: 1, max: 3 }),
});
const foreign: fc.Arbitrary<Condition> = fc.record({
  type: fc.constantFrom('ForeignA', 'ForeignB'),
  status,
  reason: word,
  message: word,
  lastTransitionTime: fc.constant('2020-01-01T00:00:00Z'),
});
const passes = fc.array(
  fc.record({ set: fc.uniqueArray(desired, { selector: ({ type }) => type }), afterMs: fc.nat(5000) }),
);

describe('setConditions', () => {
  it('keeps its promises over any history of passes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(foreign, { selector: ({ type }) => type }), passes, (others, history) => {
        let nowMs = Date.UTC(2026, 0, 1);
        let conditions: Condition[] = others;
        for (const { set, afterMs } of history) {
          nowMs += afterMs;
          const before = conditions;
          conditions = setConditions(before, set, nowMs, order);
          // Nothing to write: a reference check, also in a second pass over the same world.
          expect(setConditions(conditions, set, nowMs + 1000, order)).toBe(conditions);
          for (const one of set) {
            const [old, now] = [before, conditions].map((list) => list.find(({ type }) => type === one.type));
            expect(now).toMatchObject(one);
            expect(now!.lastTransitionTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
            expect(Date.parse(now!.lastTransitionTime)).toBeLessThanOrEqual(nowMs);
            if (old?.status === one.status) expect(now!.lastTransitionTime).toBe(old.lastTransitionTime);
            else expect(Date.parse(now!.lastTransitionTime)).toBe(Math.floor(nowMs / 1000) * 1000);
          }
          // What was not set, our own or foreign, is the very object that it was.
          for (const old of before) {
            if (!set.some(({ type }) => type === old.type)) expect(conditions).toContain(old);
          }
          const known = conditions.filter(({ type }) => order.includes(type)).map(({ type }) => type);
          expect(known).toEqual(order.filter((type) => known.includes(type)));
          expect(conditions.filter(({ type }) => type.startsWith('Foreign'))).toEqual(others);
        }
      }),
    );
  });
});
