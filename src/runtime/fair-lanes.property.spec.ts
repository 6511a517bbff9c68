import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairLanes, type Lane, lanes, mostPassedBy } from './fair-lanes.ts';

const namespaceOf = (key: string) => key.slice(0, key.indexOf('/'));
const fresh = () => new FairLanes<number>(namespaceOf);
const lane = fc.constantFrom(...lanes);
const key = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 9 }))
  .map(([namespace, name]) => `${namespace}/${name}`);
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), key, lane }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
);

describe('keys that wait', () => {
  it('come out once for each time that they began to wait, with what was known then, for any history', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const waiting = fresh();
        const model = new Map<string, number>();
        commands.forEach((step, at) => {
          if (step.do === 'add') {
            expect(waiting.add(step.key, step.lane, at)).toBe(!model.has(step.key));
            if (!model.has(step.key)) model.set(step.key, at);
          } else {
            const taken = waiting.take();
            if (model.size === 0) expect(taken).toBeUndefined();
            else {
              expect(taken?.[1]).toBe(model.get(taken?.[0] ?? ''));
              model.delete(taken?.[0] ?? '');
            }
          }
          expect(waiting.size).toBe(model.size);
          for (const known of model.keys()) expect(waiting.has(known)).toBe(true);
          expect(waiting.oldest).toBe(model.size > 0 ? Math.min(...model.values()) : undefined);
        });
      }),
    );
  });

  it('of one lane and one namespace are served as they came', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 99 })), lane, (names, of) => {
        const waiting = fresh();
        for (const name of names) waiting.add(`a/${name}`, of, name);
        expect(names.map(() => waiting.take()?.[1])).toEqual(names);
      }),
    );
  });

  it('that are urgent overtake all others, but for one turn in nine', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 300 }), (urgent, resyncs) => {
        const waiting = fresh();
        for (let index = 0; index < resyncs; index += 1)
          waiting.add(`a/resync-${index}`, 'background', index);
        for (let index = 0; index < urgent; index += 1) waiting.add(`b/urgent-${index}`, 'urgent', index);
        let takes = 0;
        for (let left = urgent; left > 0; takes += 1) if (waiting.take()?.[0].startsWith('b/')) left -= 1;
        expect(takes).toBeLessThanOrEqual(urgent + Math.floor(urgent / mostPassedBy));
      }),
    );
  });

  it('that are not urgent wait for a bounded number of turns, however much that is urgent comes', () => {
    const waiting = fresh();
    waiting.add('a/normal', 'normal', 0);
    waiting.add('a/resync', 'background', 0);
    const taken: string[] = [];
    for (let turn = 0; turn < 40; turn += 1) {
      waiting.add(`b/urgent-${turn}`, 'urgent', turn);
      taken.push(waiting.take()![0]);
    }
    expect(taken.indexOf('a/normal')).toBe(mostPassedBy);
    expect(taken.indexOf('a/resync')).toBe(mostPassedBy + 1);
  });

  it('of one namespace, however many, keep another one waiting for one turn of each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20 }), (many, namespaces) => {
        const waiting = fresh();
        for (let index = 0; index < many; index += 1) waiting.add(`crowd/${index}`, 'normal', index);
        for (let index = 0; index < namespaces; index += 1) waiting.add(`quiet${index}/one`, 'normal', index);
        const first = Array.from({ length: namespaces + 1 }, () => waiting.take()?.[0] ?? '');
        expect(new Set(first.map(namespaceOf)).size).toBe(namespaces + 1);
      }),
    );
  });

  it('move when they become more urgent, and never back', () => {
    const order = (...added: [string, Lane][]) => {
      const waiting = fresh();
      for (const [name, of] of added) waiting.add(`a/${name}`, of, 0);
      return Array.from({ length: waiting.size }, () => waiting.take()?.[0].slice(2));
    };
    expect(order(['x', 'background'], ['y', 'normal'], ['x', 'urgent'])).toEqual(['x', 'y']);
    expect(order(['x', 'urgent'], ['y', 'normal'], ['x', 'background'])).toEqual(['x', 'y']);
    expect(order(['x', 'normal'], ['y', 'normal'], ['x', 'normal'])).toEqual(['x', 'y']);
  });
});
