import { describe, expect, it } from '@jest/globals';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

describe('the first revision ever (S1)', () => {
  it('is served at once when one pod is ready, without steps and without a verdict', () => {
    const world = new TinyWorld({ analysis: true });
    world.say('v1', 'Fail');
    world.healPods('v1', 5_000);
    world.run(4_000);
    expect(world.status?.phase).toBe('Pending');
    expect(world.cluster.route).toBeUndefined();
    world.run(2_000);
    expect(world.split).toEqual({ v1: 100 });
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { ready: 4 } });
    expect(world.condition('Ready')).toBe('True');
    expect(world.rollouts).toEqual([]);
    expect(world.events.map(({ reason }) => reason)).toEqual(['FirstRevision']);
    expect(world.violations).toEqual([]);
  });

  it('is served by its first ready pod while the others still start', () => {
    const world = new TinyWorld();
    world.healPods('v1', 5_000);
    world.run(1_000);
    world.cluster.revisions.get(world.revision('v1'))!.pods[0]!.readyAtMs = world.nowMs;
    world.run(1_000);
    expect(world.split).toEqual({ v1: 100 });
    expect(world.status).toMatchObject({
      phase: 'Progressing',
      message: expect.stringContaining('1 of 4 pods'),
    });
    expect(world.condition('Available')).toBe('True');
    expect(world.condition('Ready')).toBe('False');
  });

  it('that can never start says why, and gives way to its successor', () => {
    const world = new TinyWorld();
    world.breakPods('v1', 'ErrImagePull: no such image');
    world.run(2 * minute);
    expect(world.status).toMatchObject({
      phase: 'Pending',
      message: expect.stringContaining('ErrImagePull'),
    });
    world.editSpec('v2');
    world.run(3 * minute);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.split).toEqual({ v2: 100 });
    expect(world.replicasOf('v1')).toBe(0);
    expect(world.rollouts).toEqual([]);
  });

  it('gives way also where the successor waits for room that its pods take', () => {
    const world = new TinyWorld();
    world.breakPods('v1');
    world.breakPods('v2', 'Unschedulable');
    world.run(minute);
    world.editSpec('v2');
    world.run(2 * minute);
    expect(world.replicasOf('v1')).toBe(0);
  });

  it('at zero replicas has its traffic objects, and is scaled to zero by choice', () => {
    const world = new TinyWorld({ replicas: 0 }).run(minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', message: 'spec.replicas is 0' });
    expect(world.split).toEqual({ v1: 100 });
    world.setReplicas(2);
    world.run(minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { ready: 2 } });
  });
});

describe('a good canary (S2, S28, S29)', () => {
  it.each(['weighted', 'replicaRatio'] as const)(
    'goes through its plan and bakes, by a %s router',
    (router) => {
      const world = new TinyWorld({ router, replicas: 20, analysis: true }).run(minute);
      world.editSpec('v2');
      world.run(7 * minute);
      expect(world.weights).toEqual(router === 'weighted' ? [5, 25, 50, 100] : [4.8, 25.9, 50, 100]);
      expect(world.status).toMatchObject({ phase: 'Baking', stable: { revision: world.revision('v2') } });
      expect(world.condition('Promoted')).toBe('True');
      expect(world.condition('Ready')).toBe('False');
      expect(world.replicasOf('v1')).toBe(20);
      world.run(14.5 * minute);
      expect(world.rollout.status.outcome).toBe('Promoted');
      expect(world.condition('Ready')).toBe('True');
      expect(world.replicasOf('v1')).toBe(20);
      world.run(2 * minute);
      expect(world.replicasOf('v1')).toBe(0);
      expect(world.split).toEqual({ v2: 100 });
      expect(world.cluster.apex).toEqual({ kind: 'revision', revision: world.revision('v2') });
      expect(world.cluster.revisions.get(world.revision('v1'))!.pods).toEqual([]);
      expect(world.violations).toEqual([]);
    },
  );

  it('adds up each hold from when the split was applied', () => {
    const world = new TinyWorld({ steps: [weightStep(10, minute)], bakeMs: 0 }).run(minute);
    world.lag(20_000);
    world.editSpec('v2');
    world.run(20_000 + 20_000 + 59_000);
    expect(world.split).toEqual({ v1: 90, v2: 10 });
    world.run(2_000);
    expect(world.split).toEqual({ v2: 100, v1: 0 });
    expect(world.violations).toEqual([]);
  });

  it('with a last step of 100 % asks for nothing more before it takes the role', () => {
    const world = new TinyWorld({ steps: [weightStep(50), weightStep(100)] }).run(minute);
    world.editSpec('v2');
    world.run(4 * minute);
    expect(world.weights).toEqual([50, 100]);
    expect(world.status?.phase).toBe('Baking');
  });

  it('scales the candidate to what each step takes, and the stable stays whole', () => {
    const world = new TinyWorld({ replicas: 10, steps: [weightStep(25), weightStep(50)] }).run(minute);
    const sizes: (number | undefined)[] = [];
    world.editSpec('v2');
    for (let at = 0; at < 3; at += 1) {
      world.run(minute);
      sizes.push(world.replicasOf('v2'));
      expect(world.replicasOf('v1')).toBe(10);
      world.run(minute);
    }
    expect(sizes).toEqual([3, 5, 10]);
  });

  it('never names a step that its plan does not have', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    for (let at = 0; at < 60; at += 1) {
      world.run(30_000);
      const { step = 0, steps = 0 } = world.status?.rollout ?? {};
      expect(step).toBeLessThanOrEqual(steps);
      for (const [, now, of] of (world.status?.message ?? '').matchAll(/step (\d+) of (\d+)/g)) {
        expect(Number(now)).toBeLessThanOrEqual(Number(of));
      }
    }
  });
});
