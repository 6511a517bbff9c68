import { describe, expect, it } from '@jest/globals';
import { resolveRoles, revisionInCharge } from './roles.ts';
import { TinyWorld } from './testing/tiny-world.ts';
import type { World } from './world.ts';

const minute = 60_000;

/** A canary of v2 at 25 %, in the middle of its rollout. */
function inMidRollout(router: 'weighted' | 'replicaRatio' = 'weighted'): { tiny: TinyWorld; world: World } {
  const tiny = new TinyWorld({ router }).run(minute);
  tiny.editSpec('v2');
  tiny.run(3 * minute);
  return { tiny, world: tiny.gather() };
}

const withoutStatus = (world: World): World => ({
  ...world,
  deployment: { ...world.deployment, status: undefined },
});
const withoutRecords = (world: World): World => ({ ...world, rollouts: [] });
const withoutApex = (world: World): World => ({ ...world, traffic: { ...world.traffic, apex: undefined } });
const withoutTraffic = (world: World): World => ({
  ...world,
  traffic: { ...world.traffic, apex: undefined, route: undefined, endpoints: {}, live: {}, named: [] },
});

describe('the stable revision (law 20)', () => {
  const losses: [string, (world: World) => World][] = [
    ['nothing', (world) => world],
    ['the status', withoutStatus],
    ['the records', withoutRecords],
    ['both', (world) => withoutStatus(withoutRecords(world))],
    ['both and the apex Service', (world) => withoutApex(withoutStatus(withoutRecords(world)))],
    ['all but the Deployments', (world) => withoutTraffic(withoutStatus(withoutRecords(world)))],
  ];

  it.each(losses)('is known with %s lost, by route', (_what, lose) => {
    const { tiny, world } = inMidRollout();
    expect(resolveRoles(lose(world)).stable).toBe(tiny.revision('v1'));
  });

  it.each(losses)('is known with %s lost, by endpoints', (_what, lose) => {
    const { tiny, world } = inMidRollout('replicaRatio');
    expect(resolveRoles(lose(world)).stable).toBe(tiny.revision('v1'));
  });

  it('is never the candidate for having most of the traffic', () => {
    const { tiny, world } = inMidRollout();
    const route = [
      { revision: tiny.revision('v1'), weight: 10 },
      { revision: tiny.revision('v2'), weight: 990 },
    ];
    const lost = withoutApex(withoutStatus(withoutRecords(world)));
    expect(resolveRoles({ ...lost, traffic: { ...lost.traffic, route } }).stable).toBe(tiny.revision('v1'));
  });

  it('is nobody as long as nothing was served', () => {
    const tiny = new TinyWorld();
    tiny.breakPods('v1');
    tiny.run(minute);
    expect(resolveRoles(tiny.gather()).stable).toBeUndefined();
    tiny.editSpec('v2');
    expect(resolveRoles(tiny.gather()).stable).toBeUndefined();
  });

  it('must still exist', () => {
    const { tiny, world } = inMidRollout();
    const revisions = world.revisions.filter(({ revision }) => revision !== tiny.revision('v1'));
    expect(resolveRoles({ ...world, revisions }).stable).toBeUndefined();
  });
});

describe('who a rollout leaves in charge', () => {
  const status = { phase: 'Ended', weight: 0 } as const;
  it.each([
    ['while it steps', { phase: 'Stepping', weight: 50 }, 'old'],
    ['while it bakes', { phase: 'Baking', weight: 100, promotedAt: 'then' }, 'new'],
    ['promoted', { ...status, outcome: 'Promoted', weight: 100, promotedAt: 'then' }, 'new'],
    ['rolled back', { ...status, outcome: 'RolledBack' }, 'old'],
    ['rolled back from its bake', { ...status, outcome: 'RolledBack', promotedAt: 'then' }, 'old'],
    ['superseded', { ...status, outcome: 'Superseded' }, 'old'],
    [
      'superseded while it bakes',
      { ...status, outcome: 'Superseded', weight: 100, promotedAt: 'then' },
      'new',
    ],
    [
      'superseded while it bakes, its pods lost',
      { ...status, outcome: 'Superseded', promotedAt: 'then' },
      'old',
    ],
  ])('%s', (_what, changes, revision) => {
    const rollout = inMidRollout().world.rollouts[0]!;
    const spec = { ...rollout.spec, from: { revision: 'old' }, to: { revision: 'new' } };
    expect(revisionInCharge({ spec, status: { ...rollout.status, ...(changes as object) } })).toBe(revision);
  });
});
