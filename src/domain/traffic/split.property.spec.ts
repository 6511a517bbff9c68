import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backendsFor, shareOf, totalWeight } from './split.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd');

describe('law 2', () => {
  it('whatever is asked, the weights are whole numbers that sum to the total, one for each revision', () => {
    fc.assert(
      fc.property(
        name,
        name,
        fc.double({ min: -10, max: 200, noNaN: true }),
        fc.array(name),
        (stable, revision, weight, draining) => {
          const backends = backendsFor(stable, { revision, weight }, draining);
          expect(backends.reduce((sum, backend) => sum + backend.weight, 0)).toBe(totalWeight);
          expect(backends.every((backend) => Number.isInteger(backend.weight) && backend.weight >= 0)).toBe(
            true,
          );
          expect(new Set(backends.map((backend) => backend.revision)).size).toBe(backends.length);
          for (const one of draining.filter((other) => other !== stable && other !== revision)) {
            expect(shareOf(backends, one)).toBe(0);
          }
        },
      ),
    );
  });

  it('a weight of the API is written to the tenth of a percent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (tenths) => {
        expect(shareOf(backendsFor('a', { revision: 'b', weight: tenths / 10 }, []), 'b')).toBeCloseTo(
          tenths / 10,
          9,
        );
      }),
    );
  });
});
