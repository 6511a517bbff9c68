import { describe, expect, it } from '@jest/globals';
import { type TinyOptions, weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** v1 serves and shrinks as v2 grows. */
function following(options: TinyOptions = {}): TinyWorld {
  const world = new TinyWorld({ stableScale: 'follow', analysis: true, ...options });
  world.run(minute);
  world.editSpec('v2');
  return world;
}

describe('a stable that follows', () => {
  it('shrinks only after the weight is in force, and never below what is left to it', () => {
    const world = following({ steps: [weightStep(25), weightStep(75)] });
    world.lag(5_000);
    world.run(1_000);
    expect(world.replicasOf('v1')).toBe(4);
    world.run(minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(world.replicasOf('v1')).toBe(3);
    world.run(2 * minute);
    expect(world.split).toEqual({ v1: 25, v2: 75 });
    expect(world.replicasOf('v1')).toBe(1);
    expect(world.replicasOf('v2')).toBe(3);
    world.run(hour);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.replicasOf('v2')).toBe(4);
    expect(world.violations).toEqual([]);
  });

  it('gets its traffic back step by step, as its pods become ready (S12)', () => {
    const world = following({ steps: [weightStep(25), weightStep(50), weightStep(75, hour)] });
    world.run(6 * minute);
    expect(world.split).toEqual({ v1: 25, v2: 75 });
    world.healPods('v1', 10 * minute);
    world.say('v2', 'Fail');
    world.run(minute);
    expect(world.rollout.status.phase).toBe('Returning');
    expect(world.split).toEqual({ v1: 25, v2: 75 });
    expect(world.replicasOf('v1')).toBe(4);
    const pods = world.cluster.revisions.get(world.revision('v1'))!.pods;
    pods[1]!.readyAtMs = world.nowMs;
    world.run(0);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    for (const pod of pods) pod.readyAtMs = world.nowMs;
    world.run(0);
    expect(world.split['v1']).toBe(100);
    expect(world.rollout.status).toMatchObject({
      phase: 'Ended',
      outcome: 'RolledBack',
      reason: 'AnalysisFailed',
      weight: 0,
    });
    world.run(hour);
    expect(world.status?.phase).toBe('RolledBack');
    expect(world.replicasOf('v2')).toBe(0);
    expect(world.violations).toEqual([]);
  });

  it('keeps 75/25 until it is complete when the spec returns to it (S13)', () => {
    const world = following({ steps: [weightStep(25, hour)] });
    world.run(minute);
    expect(world.replicasOf('v1')).toBe(3);
    world.healPods('v1', 10 * minute);
    world.editSpec('v1');
    world.run(9 * minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    world.run(2 * minute);
    expect(world.split['v1']).toBe(100);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'RevertedByUser' });
    expect(world.violations).toEqual([]);
  });

  it('keeps what somebody gave back to it by hand, also when the rollout ends in that moment (law 5)', () => {
    const world = following({ steps: [weightStep(75, hour)] });
    world.run(6 * minute);
    world.healPods('v1', 10 * minute);
    world.editRoute({ v1: 1000, v2: 0 });
    world.editSpec('v3');
    world.run(minute);
    expect(world.rollout.status.phase).toBe('Returning');
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.violations).toEqual([]);
  });

  it('gets everything at once when the candidate answers nobody any more (law 1)', () => {
    const world = following({ steps: [weightStep(75, hour)] });
    world.run(minute);
    world.healPods('v1', hour);
    world.breakPods('v2');
    world.killPods('v2', 4);
    world.run(0);
    expect(world.split['v1']).toBe(100);
  });

  it('is killed at any write and ends the same', () => {
    const world = following({ steps: [weightStep(50)] });
    for (let at = 0; at < 200; at += 1) {
      world.tick({ stopAfterWrites: at % 2 });
      world.run(15_000);
    }
    expect(world.status?.phase).toBe('Healthy');
    expect(world.violations).toEqual([]);
  });
});

describe('traffic that is held back during the bake', () => {
  it('stays with the old revision until the bake is over, then follows, and then the outcome is written', () => {
    const world = new TinyWorld({ holdBack: 10, bakeMs: 15 * minute, steps: [weightStep(50)] });
    world.run(minute);
    world.editSpec('v2');
    world.run(10 * minute);
    expect(world.status).toMatchObject({ phase: 'Baking', stable: { revision: world.revision('v2') } });
    expect(world.split).toEqual({ v1: 10, v2: 90 });
    expect(world.rollout.status.outcome).toBeUndefined();
    world.run(10 * minute);
    expect(world.rollout.status.outcome).toBe('Promoted');
    expect(world.split['v2']).toBe(100);
    expect(world.weights).toEqual([50, 90, 100]);
    expect(world.violations).toEqual([]);
  });

  it('is what a failure in the bake returns to, in one write', () => {
    const world = new TinyWorld({ holdBack: 10, bakeMs: hour, steps: [weightStep(50)], analysis: true });
    world.run(minute);
    world.editSpec('v2');
    world.run(10 * minute);
    world.say('v2', 'Fail');
    world.run(minute);
    expect(world.split['v1']).toBe(100);
    expect(world.status).toMatchObject({ phase: 'RolledBack', stable: { revision: world.revision('v1') } });
    expect(world.violations).toEqual([]);
  });
});
