import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { podRatio, podsForWeight, readyPodsForWeight, supportedWeight } from './pods.ts';

const replicas = fc.integer({ min: 1, max: 60 });
const weight = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10);
const percent = fc.integer({ min: 1, max: 100 });
const router = fc.constantFrom('weighted' as const, 'replicaRatio' as const);

describe('law 1, as arithmetic', () => {
  it('more weight never takes fewer pods', () => {
    fc.assert(
      fc.property(weight, weight, replicas, percent, router, (one, other, count, readiness, kind) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(podsForWeight(more, count, kind)).toBeGreaterThanOrEqual(podsForWeight(less, count, kind));
        expect(readyPodsForWeight(more, count, readiness, kind)).toBeGreaterThanOrEqual(
          readyPodsForWeight(less, count, readiness, kind),
        );
      }),
    );
  });

  it('the pods of a weight can carry it, and none is asked for beyond the replicas', () => {
    fc.assert(
      fc.property(weight, replicas, percent, router, (share, count, readiness, kind) => {
        const pods = podsForWeight(share, count, kind);
        expect(pods).toBeLessThanOrEqual(count);
        expect(pods).toBeGreaterThanOrEqual(1);
        if (kind === 'weighted')
          expect(100 * pods).toBeGreaterThanOrEqual((Math.round(share * 10) / 10) * count - 1e-6);
        expect(readyPodsForWeight(share, count, readiness, kind)).toBeLessThanOrEqual(pods);
        expect(supportedWeight(pods, [share], count, readiness, kind)).toBe(share);
      }),
    );
  });

  it('what ready pods carry is a weight of the plan that they suffice for; without one it is 0', () => {
    fc.assert(
      fc.property(
        fc.nat(60),
        fc.array(weight),
        replicas,
        percent,
        router,
        (ready, weights, count, readiness, kind) => {
          const carried = supportedWeight(ready, weights, count, readiness, kind);
          expect([0, ...weights]).toContain(carried);
          expect(readyPodsForWeight(carried, count, readiness, kind)).toBeLessThanOrEqual(ready);
          const more = supportedWeight(ready + 1, weights, count, readiness, kind);
          expect(more).toBeGreaterThanOrEqual(carried);
          expect(supportedWeight(0, weights, count, readiness, kind)).toBe(0);
        },
      ),
    );
  });

  it('one side of a ratio is always whole, and no other counts come nearer', () => {
    fc.assert(
      fc.property(weight, fc.integer({ min: 1, max: 20 }), (share, count) => {
        const { candidate, stable, achievable } = podRatio(share, count);
        expect(Math.max(candidate, stable)).toBe(count);
        expect(achievable).toBeCloseTo((100 * candidate) / (candidate + stable), 9);
        if (share <= 0 || share >= 100) return;
        for (let pods = 1; pods <= count; pods += 1) {
          for (const other of [(100 * pods) / (pods + count), (100 * count) / (pods + count)]) {
            expect(Math.abs(achievable - share)).toBeLessThanOrEqual(Math.abs(other - share) + 1e-9);
          }
        }
      }),
    );
  });
});
