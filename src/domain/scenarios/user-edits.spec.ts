import { describe, expect, it } from '@jest/globals';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

function inMidRollout(options: ConstructorParameters<typeof TinyWorld>[0] = {}): TinyWorld {
  const world = new TinyWorld({ analysis: true, ...options }).run(minute);
  world.editSpec('v2');
  return world.run(2.5 * minute);
}

describe.each(['weighted', 'replicaRatio'] as const)(
  'a new revision in the middle of a rollout (S7), by a %s router',
  (router) => {
    it('supersedes: the old candidate loses its weight first, and the new one starts at step 0', () => {
      const world = inMidRollout({ router });
      world.editSpec('v3');
      world.tick();
      expect(world.split['v1']).toBe(100);
      expect(world.rollouts).toHaveLength(1);
      expect(world.rollout.status).toMatchObject({ outcome: 'Superseded', remembered: false, weight: 0 });
      world.run(1_000);
      expect(world.rollout.spec).toMatchObject({ number: 2, to: { revision: world.revision('v3') } });
      expect(world.rollout.status.step.index).toBe(0);
      expect(world.split['v2'] ?? 0).toBe(0);
      world.run(2 * minute);
      expect(world.replicasOf('v2')).toBe(0);
      world.run(40 * minute);
      expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v3') } });
      expect(world.violations).toEqual([]);
    });
  },
);

describe('the spec of a running rollout', () => {
  it.each([0.5, 2.5, 10])(
    'returned to the stable ends it at once as rolled back, after %p minutes',
    (minutes) => {
      const world = new TinyWorld({ analysis: true }).run(minute);
      world.editSpec('v2');
      world.run(minutes * minute);
      world.editSpec('v1');
      world.tick();
      expect(world.split['v1']).toBe(100);
      expect(world.rollout.status).toMatchObject({
        outcome: 'RolledBack',
        reason: 'RevertedByUser',
        remembered: false,
      });
      world.run(3 * minute);
      expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v1') } });
      expect(world.condition('Ready')).toBe('True');
      expect(world.replicasOf('v2')).toBe(0);
      expect(world.violations).toEqual([]);
    },
  );

  it('superseded during the bake keeps the revision that has taken the role', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(10 * minute);
    world.editSpec('v3');
    world.run(1_000);
    expect(world.rollouts[0]!.status).toMatchObject({ outcome: 'Superseded', weight: 100 });
    expect(world.rollout.spec.from.revision).toBe(world.revision('v2'));
    expect(world.split['v2']).toBe(95);
    world.run(60 * minute);
    expect(world.split).toEqual({ v3: 100 });
    expect(world.violations).toEqual([]);
  });

  it('superseded during a bake whose candidate has lost its pods goes back to what can serve', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(10 * minute);
    world.breakPods('v2', 'CrashLoopBackOff');
    world.run(1_000);
    expect(world.split['v1']).toBe(100);
    world.editSpec('v3');
    world.run(1_000);
    expect(world.rollouts[0]!.status).toMatchObject({ outcome: 'Superseded', weight: 0 });
    expect(world.rollout.spec.from.revision).toBe(world.revision('v1'));
    expect(world.violations).toEqual([]);
  });

  it('keeps its plan when strategy and analysis are edited', () => {
    const world = inMidRollout();
    world.spec.plan = { ...world.spec.plan, steps: [{ kind: 'pause' }], bakeMs: 0 };
    world.spec.analysis = { ...world.spec.analysis, metrics: [] };
    world.generation += 1;
    world.run(5 * minute);
    expect(world.weights).toEqual([5, 25, 50, 100]);
    expect(world.rollouts).toHaveLength(1);
  });

  it('refused by the API server starts nothing, says why in its words, and asks again', () => {
    const world = new TinyWorld().run(minute);
    world.birthRefused = 'spec.template.spec.containers[0].image: Required value';
    world.editSpec('v2');
    expect(world.tick().decision.requeueAfterMs).toBe(30_000);
    expect(world.status).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('Required value'),
    });
    expect(world.condition('Stalled')).toBe('True');
    expect(world.rollouts).toEqual([]);
    expect(world.replicasOf('v1')).toBe(4);
    world.birthRefused = undefined;
    world.run(minute);
    expect(world.rollouts).toHaveLength(1);
  });
});

describe('replicas changed in mid-rollout (S10)', () => {
  it('up: both arms grow, and no weight is taken back because the stable has its pods first', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(10 * minute);
    expect(world.status?.phase).toBe('Baking');
    world.healPods('v2', minute);
    world.setReplicas(8);
    world.run(30_000);
    expect([world.replicasOf('v1'), world.replicasOf('v2')]).toEqual([8, 8]);
    expect(world.status?.stable?.ready).toBe(4);
    expect(world.split).toEqual({ v1: 0, v2: 100 });
    world.run(20 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { ready: 8 } });
    expect(world.violations).toEqual([]);
  });

  it('up, beyond what there is room for: the bake does not fail for it', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(8 * minute);
    world.cluster.behaviours.set('v2', { readyAfterMs: Infinity, problem: 'Unschedulable' });
    world.setReplicas(40);
    world.run(30 * minute);
    expect(world.rollout.status.outcome).toBe('Promoted');
  });

  it('down: waits until the rollout is over', () => {
    const world = inMidRollout({ replicas: 8 });
    world.setReplicas(2);
    world.run(10 * minute);
    expect([world.replicasOf('v1'), world.replicasOf('v2')]).toEqual([8, 8]);
    world.run(20 * minute);
    expect([world.replicasOf('v1'), world.replicasOf('v2')]).toEqual([0, 2]);
    expect(world.violations).toEqual([]);
  });

  it('down to zero: waits as well; a rollout that begins at zero waits for pods', () => {
    const world = inMidRollout();
    world.setReplicas(0);
    world.run(30 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', message: 'spec.replicas is 0' });
    expect(world.replicasOf('v2')).toBe(0);
    world.editSpec('v3');
    world.run(30 * minute);
    expect(world.status).toMatchObject({
      phase: 'Paused',
      message: expect.stringContaining('spec.replicas is 0'),
    });
    world.setReplicas(2);
    world.run(40 * minute);
    expect(world.status).toMatchObject({
      phase: 'Healthy',
      stable: { revision: world.revision('v3'), ready: 2 },
    });
    expect(world.violations).toEqual([]);
  });

  it('down together with a new template: the stable stays whole until the rollout is over (S8)', () => {
    const world = new TinyWorld().run(minute);
    world.editSpec('v2');
    world.setReplicas(1);
    world.run(10 * minute);
    expect([world.replicasOf('v1'), world.replicasOf('v2')]).toEqual([4, 4]);
    world.run(30 * minute);
    expect([world.replicasOf('v1'), world.replicasOf('v2')]).toEqual([0, 1]);
    expect(world.violations).toEqual([]);
  });

  it('together with a new template: both are applied (S8)', () => {
    const world = new TinyWorld().run(minute);
    world.editSpec('v2');
    world.setReplicas(6);
    world.run(40 * minute);
    expect(world.status).toMatchObject({
      phase: 'Healthy',
      stable: { revision: world.revision('v2'), ready: 6 },
    });
    expect(world.violations).toEqual([]);
  });
});

describe('a revision that is asked for again while it still drains', () => {
  it('keeps its pods, and serves no user before its gate', () => {
    const world = inMidRollout();
    world.run(3 * minute);
    expect(world.replicasOf('v2')).toBe(2);
    world.editSpec('v1');
    world.run(1_000);
    world.editSpec('v2');
    world.run(1_000);
    expect(world.replicasOf('v2')).toBe(2);
    expect(world.rollout.status.weight).toBe(5);
    expect(world.cluster.revisions.get(world.revision('v2'))!.drainUntilMs).toBeUndefined();
    expect(world.violations).toEqual([]);
  });
});
