import { describe, expect, it } from '@jest/globals';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

function holding(options: ConstructorParameters<typeof TinyWorld>[0] = {}): TinyWorld {
  const steps = [weightStep(25, 30 * minute, 60 * minute)];
  const world = new TinyWorld({ analysis: true, steps, ...options }).run(minute);
  world.editSpec('v2');
  return world.run(2 * minute);
}

const repairs = (world: TinyWorld) => world.events.filter(({ reason }) => reason === 'TrafficRepaired');

describe('a route that somebody edits by hand', () => {
  it('upwards is repaired and reported in the same pass', () => {
    const world = holding();
    world.editRoute({ v1: 100, v2: 900 });
    world.tick();
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(repairs(world)).toHaveLength(1);
    world.run(minute);
    expect(repairs(world)).toHaveLength(1);
    expect(world.violations).toEqual([]);
  });

  it('downwards is given back by a recorded decision, with a verdict in hand', () => {
    const world = holding();
    world.editRoute({ v1: 1000, v2: 0 });
    world.tick();
    expect(world.rollout.status.decisions?.at(-1)).toMatchObject({
      action: 'WeightRestored',
      weight: 25,
      verdict: 'Pass',
    });
    world.run(minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(repairs(world)).toHaveLength(1);
    expect(world.violations).toEqual([]);
  });

  it('downwards stays as it is while the metrics are silent, or while the rollout is paused', () => {
    const world = holding();
    world.say('v2', 'NoData');
    world.run(minute);
    world.editRoute({ v1: 900, v2: 100 });
    world.run(10 * minute);
    expect(world.split).toEqual({ v1: 90, v2: 10 });
    expect(world.status?.message).toContain('taken away');
    expect(world.status?.traffic).toMatchObject({ desired: 25, applied: 10 });
    world.pause();
    world.say('v2', 'Pass');
    world.run(10 * minute);
    expect(world.split).toEqual({ v1: 90, v2: 10 });
    world.pause(false);
    world.run(minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(world.violations).toEqual([]);
  });

  it('to the candidate, because no stable pod is ready, stays until one is', () => {
    const world = holding();
    world.breakPods('v1', 'CrashLoopBackOff');
    world.run(1_000);
    world.editRoute({ v1: 0, v2: 1000 });
    world.run(minute);
    expect(world.split).toEqual({ v1: 0, v2: 100 });
    world.healPods('v1');
    world.run(minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(world.violations).toEqual([]);
  });

  it('to a revision that is in no role is repaired', () => {
    const world = holding();
    world.cluster.route = [{ revision: 'stranger', weight: 1000 }];
    world.run(minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
  });

  it('or deleted is made again with the candidate at 0, then restored', () => {
    const world = holding();
    world.deleteRoute();
    world.tick();
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    world.run(minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(world.violations).toEqual([]);
  });

  it('or deleted while the metrics are silent leaves nobody without an answer', () => {
    const world = holding();
    world.say('v2', 'NoData');
    world.run(minute);
    world.deleteRoute();
    world.run(minute);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.violations).toEqual([]);
  });

  it('while nothing is rolled out is repaired and reported', () => {
    const world = new TinyWorld().run(minute);
    world.editRoute({ v1: 500, v2: 500 });
    world.run(minute);
    expect(world.split).toEqual({ v1: 100 });
    expect(repairs(world)).toHaveLength(1);
    world.deleteRoute();
    world.run(minute);
    expect(world.split).toEqual({ v1: 100 });
    expect(repairs(world)).toHaveLength(2);
  });
});

describe('an apex Service that somebody edits by hand', () => {
  it.each(['weighted', 'replicaRatio'] as const)('is repaired and reported, by a %s router', (router) => {
    const world = new TinyWorld({ router }).run(minute);
    world.editApex('v9');
    world.run(minute);
    expect(world.cluster.apex).toEqual({ kind: 'revision', revision: world.revision('v1') });
    expect(repairs(world)).toHaveLength(1);
    expect(repairs(world)[0]!.message).toContain('Service sentiment');
  });

  it('in the middle of a ratio canary is restored by a recorded decision', () => {
    const world = holding({ router: 'replicaRatio' });
    const before = world.split;
    world.editApex('v1');
    world.run(minute);
    expect(world.split).toEqual(before);
    expect(world.rollout.status.decisions?.at(-1)).toMatchObject({ action: 'WeightRestored' });
    expect(world.violations).toEqual([]);
  });
});

describe('weight that is taken away in the moment in which a pause step is entered', () => {
  it('comes back only by a recorded decision (law 5)', () => {
    const steps = [weightStep(25, 0), { kind: 'pause' as const }];
    const world = new TinyWorld({ router: 'replicaRatio', steps }).run(minute);
    world.editSpec('v2');
    while (world.rollouts.at(-1)?.status.step.index !== 1) world.tick();
    world.editApex('v1');
    world.run(minute);
    expect(world.split['v2']).toBe(20);
    expect(world.rollout.status.decisions?.at(-1)).toMatchObject({ action: 'WeightRestored' });
    expect(world.violations).toEqual([]);
  });
});

describe('a whole canary without a foreign hand', () => {
  it.each(['weighted', 'replicaRatio'] as const)('reports no repair, by a %s router that lags', (router) => {
    const world = new TinyWorld({ router, analysis: true }).run(minute);
    world.lag(3_000);
    world.healPods('v2', 5_000);
    world.editSpec('v2');
    world.run(40 * minute);
    world.say('v3', 'Fail');
    world.editSpec('v3');
    world.run(10 * minute);
    expect(world.status?.phase).toBe('RolledBack');
    expect(repairs(world)).toEqual([]);
    expect(world.violations).toEqual([]);
  });
});

describe('a revision that drains and is given traffic by hand', () => {
  it.each([0, 1, 2, 3])(
    'waits from the repair on, also when the pass ends after %p writes (law 4)',
    (writes) => {
      const world = new TinyWorld({ drainMs: minute / 2 }).run(minute);
      world.editSpec('v2');
      world.run(minute);
      world.editSpec('v1');
      world.run(20_000);
      world.editRoute({ v1: 999, v2: 1 });
      world.cluster.advanceTo(world.nowMs + 5_000);
      world.tick({ stopAfterWrites: writes });
      world.run(3 * minute);
      expect(world.violations).toEqual([]);
      expect(world.split).toEqual({ v1: 100 });
      expect(world.replicasOf('v2')).toBe(0);
    },
  );

  it('does not wait for what came and went between two passes: nobody can know of it', () => {
    const world = new TinyWorld({ drainMs: minute / 2 }).run(minute);
    world.editSpec('v2');
    world.run(minute);
    world.editSpec('v1');
    world.run(1_000);
    world.cluster.advanceTo(world.nowMs + minute / 2);
    world.editRoute({ v1: 0, v2: 1000 });
    world.editRoute({ v1: 1000, v2: 0 });
    world.run(1_000);
    expect(world.replicasOf('v2')).toBe(0);
    expect(world.violations).toEqual([]);
  });
});
