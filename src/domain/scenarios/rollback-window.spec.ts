import { describe, expect, it } from '@jest/globals';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

/** All these versions were promoted, one after the other. */
function promoted(versions: string[], options: ConstructorParameters<typeof TinyWorld>[0] = {}): TinyWorld {
  const world = new TinyWorld({ analysis: true, ...options }).run(minute);
  for (const version of versions) {
    world.editSpec(version);
    world.run(40 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision(version) } });
  }
  world.weights.length = 0;
  return world;
}

const everyGate = [5, 25, 50, 100];
const lastPlan = (world: TinyWorld) => world.rollout.spec.plan;

describe('the rollback window (S20)', () => {
  it.each(['weighted', 'replicaRatio'] as const)(
    'brings a revision of before back with full capacity and no verdict, by a %s router',
    (router) => {
      const world = promoted(['v2'], { router });
      // Whatever the metrics say of it: nobody asks them.
      world.say('v1', 'NoData');
      world.editSpec('v1');
      world.run(minute);
      expect(world.split).toMatchObject({ v1: 100 });
      expect(world.rollout.status).toMatchObject({ outcome: 'Promoted' });
      expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v1') } });
      expect(world.weights).toEqual([100]);
      expect(world.replicasOf('v1')).toBe(4);
      world.run(5 * minute);
      expect(world.replicasOf('v2')).toBe(0);
      expect(world.violations).toEqual([]);
      expect(world.events.map(({ message }) => message).join('\n')).toContain('within the rollback window');
    },
  );

  it('waits for full capacity all the same (law 1)', () => {
    const world = promoted(['v2']);
    world.breakPods('v1');
    world.editSpec('v1');
    world.run(5 * minute);
    expect(world.split).toMatchObject({ v2: 100 });
    world.healPods('v1', 1_000);
    world.run(minute);
    expect(world.split).toMatchObject({ v1: 100 });
    expect(world.violations).toEqual([]);
  });

  it('asks every gate of a revision outside of it', () => {
    const world = promoted(['v2', 'v3', 'v4'], { rollbackWindow: 2 });
    world.editSpec('v1');
    world.run(40 * minute);
    expect(world.weights).toEqual(everyGate);
    expect(lastPlan(world).immediate).toBeUndefined();
    expect(world.violations).toEqual([]);
  });

  it('is counted in revisions that users had, the last one first', () => {
    const world = promoted(['v2', 'v3', 'v4'], { rollbackWindow: 2 });
    world.editSpec('v2');
    world.run(minute);
    expect(world.weights).toEqual([100]);
  });

  it('can be closed', () => {
    const world = promoted(['v2'], { rollbackWindow: 0 });
    world.editSpec('v1');
    world.run(40 * minute);
    expect(world.weights).toEqual(everyGate);
  });

  it('is no way forward: what was left for an older revision has to prove itself again', () => {
    const world = promoted(['v2']);
    world.editSpec('v1');
    world.run(5 * minute);
    world.weights.length = 0;
    world.editSpec('v2');
    world.run(40 * minute);
    expect(world.weights).toEqual(everyGate);
    expect(world.status).toMatchObject({ stable: { revision: world.revision('v2') } });
  });

  it('does not know a candidate that users never had', () => {
    const world = promoted(['v2']);
    world.say('v3', 'Fail');
    world.editSpec('v3');
    world.run(10 * minute);
    expect(world.rollout.status.outcome).toBe('RolledBack');
    world.say('v3', 'Pass');
    world.editSpec('v4');
    world.run(40 * minute);
    world.weights.length = 0;
    world.editSpec('v3');
    world.run(40 * minute);
    expect(world.weights).toEqual(everyGate);
  });

  it('asks every gate when the records are lost: nobody knows then who had users (law 20)', () => {
    const world = promoted(['v2']);
    world.deleteRecords();
    world.editSpec('v1');
    world.run(40 * minute);
    expect(world.weights).toEqual(everyGate);
  });
});
