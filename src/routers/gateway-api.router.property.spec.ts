import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as world from '../../test/support/router-objects.ts';
import { extrasOf, type NamedMatch, type RouteExtras, sameExtras } from '../domain/traffic/route-extras.ts';
import { type Backend, backendsFor, sameBackends, type TrafficIntent } from '../domain/traffic/split.ts';
import { combineMatches } from '../domain/traffic/tester-matches.ts';
import { GatewayApiRouter } from './gateway-api.router.ts';
import type { RouteRule } from './gateway-api/route-meaning.ts';
import type { RouterObjects } from './router.ts';

const { stable, candidate, other } = world;
const router = new GatewayApiRouter();
const matches = [{ path: { value: '/v1' } }, { path: { value: '/v2' }, method: 'POST' as const }];
const gateways = { parentRefs: [{ name: 'public' }], preview: { hostnames: ['preview.example.com'] } };
const plain = world.deploymentWith({ traffic: { gatewayAPI: gateways } });
const matching = world.deploymentWith({ traffic: { gatewayAPI: { ...gateways, matches } } });
const startOf = (deployment: RouterObjects['deployment']) =>
  world.objectsWith({ deployment, apexService: world.apexSelecting({ kind: 'revision', revision: stable }) });

type Weighted = Extract<TrafficIntent, { kind: 'weighted' }>;

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

const named: fc.Arbitrary<NamedMatch> = fc.record({
  name: fc.constantFrom('x-tester', 'x-team', 'debug'),
  type: fc.constantFrom('Exact' as const, 'RegularExpression' as const),
  value: fc.string({ maxLength: 5 }),
});
const path = fc.record({
  type: fc.constantFrom('PathPrefix' as const, 'Exact' as const),
  value: fc.constantFrom('/v1', '/v2/models', '/v1/a/b', '/'),
});
const tester = fc.record(
  { headers: fc.array(named, { maxLength: 2 }), queryParams: fc.array(named, { maxLength: 2 }), path },
  { requiredKeys: [] },
);
const extras: fc.Arbitrary<RouteExtras> = fc
  .record(
    {
      testers: fc.record({
        revision: fc.constant(candidate),
        matches: fc.array(tester, { minLength: 1, maxLength: 10 }),
      }),
      mirror: fc.record({
        revision: fc.constant(candidate),
        percent: fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10),
      }),
      sticky: fc.oneof(
        fc.record(
          {
            kind: fc.constant('cookie' as const),
            name: fc.constant('understudy'),
            maxAgeMs: fc.integer({ min: 1, max: 31_536_000_000 }),
          },
          { requiredKeys: ['kind', 'name'] },
        ),
        fc.record({ kind: fc.constant('header' as const), name: fc.constant('x-user') }),
      ),
    },
    { requiredKeys: [] },
  )
  // What is refused before a rollout starts is asked of no router.
  .filter(({ testers }) =>
    [plain, matching].every(({ spec: { traffic } }) => {
      if (!testers || traffic.kind !== 'gatewayAPI') return true;
      return 'matches' in combineMatches(traffic.matches, testers.matches);
    }),
  );
const intent: fc.Arbitrary<Weighted> = fc
  .tuple(split, extras, fc.option(fc.constantFrom(candidate, other), { nil: undefined }))
  .map(([backends, beside, preview]) => ({
    kind: 'weighted',
    backends,
    ...beside,
    ...(preview && { preview }),
  }));

const write = (asked: Weighted, objects: RouterObjects) =>
  router.writes(asked, { kind: 'revision', revision: stable }, objects);
const isAboutUsers = (object: { metadata: { name: string } }) => object.metadata.name === world.name;

describe('GatewayApiRouter over any sequence of intents', () => {
  it.each([
    ['everything', plain],
    ['some paths and methods', matching],
  ])(
    'laws 2 and 11: serving %s, every rule sums to the total, one write says it, and reading gives it back',
    (_name, deployment) => {
      fc.assert(
        fc.property(fc.array(intent, { minLength: 1, maxLength: 4 }), (intents) => {
          let objects = startOf(deployment);
          for (const asked of intents) {
            const writes = write(asked, objects);
            const routes = writes.flatMap((one) =>
              'object' in one && one.object.kind === 'HTTPRoute' ? [one.object] : [],
            );
            expect(routes.filter(isAboutUsers).length).toBeLessThanOrEqual(1);
            for (const { spec } of routes) {
              expect(spec.rules.length).toBeLessThanOrEqual(16);
              for (const { backendRefs, matches } of spec.rules as RouteRule[]) {
                const weights = backendRefs!.map(({ weight }) => weight!);
                expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(1000);
                expect(matches!.length).toBeLessThanOrEqual(8);
              }
            }
            objects = writes.reduce(world.carryOut, objects);
            const view = router.read(objects);
            expect(sameBackends(view.route ?? [], asked.backends)).toBe(true);
            expect(view.extras).toEqual(extrasOf(asked));
            expect(sameExtras(view.extras, asked)).toBe(true);
            expect(view.preview).toBe(asked.preview);
            const names = [asked.testers?.revision, asked.mirror?.revision, asked.preview].filter(
              (one) => one,
            );
            expect(view.named).toEqual(expect.arrayContaining([...revisions(asked.backends), ...names]));
            expect(write(asked, objects)).toEqual([]);
          }
        }),
        { numRuns: 60 },
      );
    },
  );
});

const revisions = (backends: readonly Backend[]): string[] => backends.map(({ revision }) => revision);
