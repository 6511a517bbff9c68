import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as world from '../../test/support/router-objects.ts';
import type { ApexSelection, LivePods } from '../domain/traffic/split.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import type { RouterObjects } from './router.ts';
import { ServiceRouter } from './service.router.ts';

/** Any sequence of splits over any pods: what users have behind the apex Service after every single write. */

const { stable, candidate, other, name, pod } = world;
const router = new ServiceRouter();

interface Goal {
  apex: ApexSelection;
  live: LivePods[];
}
const goal: fc.Arbitrary<Goal> = fc.oneof(
  fc
    .constantFrom(stable, candidate)
    .map((revision): Goal => ({ apex: { kind: 'revision', revision }, live: [] })),
  fc
    .record({ left: fc.integer({ min: 1, max: 4 }), right: fc.integer({ min: 0, max: 4 }) })
    .map(({ left, right }): Goal => ({
      apex: { kind: 'live' },
      live: [
        { revision: stable, pods: left },
        { revision: candidate, pods: right },
      ],
    })),
);
const pods = fc
  .array(
    fc.record({
      revision: fc.constantFrom(stable, candidate, other),
      ready: fc.boolean(),
      live: fc.boolean(),
    }),
    {
      maxLength: 10,
    },
  )
  .map((all) => [
    ...Array.from({ length: 4 }, (_, index) => pod(stable, `s${index}`)),
    ...all.map(({ revision, ...options }, index) => pod(revision, `x${index}`, options)),
  ]);

const withEndpoints = (objects: RouterObjects): RouterObjects => ({
  ...objects,
  endpointSlices: [world.apexSlice(objects)],
});

/** Ready pods that the apex Service selects now. */
const serving = ({ apexService, pods: all }: RouterObjects): KubernetesObject[] => {
  const selector = Object.entries(apexService!.spec.selector);
  return all.filter(
    (one) => world.isServing(one) && selector.every(([key, value]) => one.metadata.labels?.[key] === value),
  );
};

const readyOf = (objects: RouterObjects, revision: string) =>
  objects.pods.filter(
    (one) => world.isServing(one) && one.metadata.labels?.['understudy.dev/revision'] === revision,
  ).length;

/** Passes until nothing is left to write; `eachWrite` sees the world before and after every one. */
function carryThrough(
  { apex, live }: Goal,
  from: RouterObjects,
  eachWrite: (before: RouterObjects, after: RouterObjects) => void,
): RouterObjects {
  let objects = from;
  for (let pass = 0; pass < 20; pass += 1) {
    const writes = router.writes({ kind: 'replicaRatio', live }, apex, objects);
    if (writes.length === 0) return objects;
    for (const write of writes) {
      const next = world.carryOut(objects, write);
      eachWrite(objects, next);
      objects = next;
    }
    objects = withEndpoints(objects);
  }
  throw new Error('still writing after 20 passes');
}

const start = (all: KubernetesObject[]) =>
  withEndpoints(
    world.objectsWith({
      apexService: world.apexSelecting({ kind: 'revision', revision: stable }),
      pods: all,
    }),
  );

describe('ServiceRouter over any sequence of splits', () => {
  it('ends with nothing more to write, and with what was asked wherever the ready pods suffice', () => {
    fc.assert(
      fc.property(pods, fc.array(goal, { minLength: 1, maxLength: 4 }), (all, goals) => {
        let objects = start(all);
        for (const one of goals) {
          objects = carryThrough(one, objects, () => undefined);
          const sufficient = one.live.every(
            ({ revision, pods: asked }) => readyOf(objects, revision) >= asked,
          );
          if (one.apex.kind === 'revision') {
            expect(router.read(objects)).toMatchObject({ apex: one.apex, acknowledged: true });
          } else if (sufficient) {
            const wanted = Object.fromEntries(
              one.live.filter((entry) => entry.pods > 0).map((entry) => [entry.revision, entry.pods]),
            );
            expect(router.read(objects)).toMatchObject({ apex: { kind: 'live' }, acknowledged: true });
            expect(router.read(objects).live).toEqual(wanted);
          }
        }
      }),
    );
  });

  it('law 1: no write of a ratio leaves fewer ready pods than before, or than were asked for', () => {
    fc.assert(
      fc.property(pods, fc.array(goal, { minLength: 1, maxLength: 4 }), (all, goals) => {
        let objects = start(all);
        for (const one of goals) {
          const asked = one.live.reduce((sum, entry) => sum + entry.pods, 0);
          objects = carryThrough(one, objects, (before, after) => {
            if (one.apex.kind === 'revision') return;
            expect(serving(after).length).toBeGreaterThanOrEqual(Math.min(asked, serving(before).length));
          });
        }
      }),
    );
  });

  it('law 5: a revision without a part in the split never gets users', () => {
    fc.assert(
      fc.property(pods, fc.array(goal, { minLength: 1, maxLength: 4 }), (all, goals) => {
        let objects = start(all);
        let allowed = new Set([stable]);
        for (const one of goals) {
          const taking =
            one.apex.kind === 'revision' ? [one.apex.revision] : one.live.map(({ revision }) => revision);
          const both = new Set([...allowed, ...taking]);
          objects = carryThrough(one, objects, (_before, after) => {
            for (const served of serving(after))
              expect(both).toContain(served.metadata.labels?.['understudy.dev/revision']);
          });
          const behind = serving(objects).map(
            (served) => served.metadata.labels!['understudy.dev/revision']!,
          );
          allowed = new Set([...taking, ...behind]);
        }
      }),
    );
  });

  it('law 5: going to one revision begins with the selector', () => {
    fc.assert(
      fc.property(pods, goal, fc.constantFrom(stable, candidate), (all, first, revision) => {
        const objects = carryThrough(first, start(all), () => undefined);
        const apex: ApexSelection = { kind: 'revision', revision };
        if (JSON.stringify(router.read(objects).apex) === JSON.stringify(apex)) return;
        const writes = router.writes({ kind: 'replicaRatio', live: [] }, apex, objects);
        expect(writes.map(world.inWords)).toEqual([`apply Service ${name}`]);
      }),
    );
  });
});
