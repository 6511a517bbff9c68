import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as world from '../../test/support/router-objects.ts';
import { type Backend, backendsFor, sameBackends } from '../domain/traffic/split.ts';
import { GatewayApiRouter } from './gateway-api.router.ts';
import type { RouterObjects } from './router.ts';

const { stable, candidate, other } = world;
const router = new GatewayApiRouter();
const deployment = world.deploymentWith({ traffic: { gatewayAPI: { parentRefs: [{ name: 'public' }] } } });
const start = world.objectsWith({
  deployment,
  apexService: world.apexSelecting({ kind: 'revision', revision: stable }),
});

/** Every split that a decision can ask for: percent with one decimal, and others that drain. */
const split = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), fc.boolean(), fc.boolean())
  .map(([tenths, alone, draining]) =>
    backendsFor(
      stable,
      alone ? undefined : { revision: candidate, weight: tenths / 10 },
      draining ? [other] : [],
    ),
  );
const write = (backends: Backend[], objects: RouterObjects) =>
  router.writes({ kind: 'weighted', backends }, { kind: 'revision', revision: stable }, objects);

describe('GatewayApiRouter over any sequence of splits', () => {
  it('law 2: every object that is written sums to the total, and says the whole split in one write', () => {
    fc.assert(
      fc.property(fc.array(split, { minLength: 1, maxLength: 5 }), (splits) => {
        let objects = start;
        for (const backends of splits) {
          const writes = write(backends, objects);
          expect(writes.length).toBeLessThanOrEqual(1);
          for (const one of writes) {
            if (one.verb !== 'create' && one.verb !== 'apply') throw new Error(`unexpected ${one.verb}`);
            const weights: number[] = one.object.spec.rules[0].backendRefs.map(
              ({ weight }: Backend) => weight,
            );
            expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(1000);
          }
          objects = writes.reduce(world.carryOut, objects);
          expect(sameBackends(router.read(objects).route ?? [], backends)).toBe(true);
          expect(write(backends, objects)).toEqual([]);
        }
      }),
    );
  });
});
