import { describe, expect, it } from '@jest/globals';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

function atStepTwo(options: ConstructorParameters<typeof TinyWorld>[0] = {}): TinyWorld {
  const world = new TinyWorld({ analysis: true, ...options }).run(minute);
  world.editSpec('v2');
  return world.run(2.5 * minute);
}

describe.each(['weighted', 'replicaRatio'] as const)(
  'a candidate that fails its gate (S26), by a %s router',
  (router) => {
    it('is taken back in the pass that sees it, remembered, drained and scaled down', () => {
      const world = atStepTwo({ router });
      world.say('v2', 'Fail');
      world.tick();
      expect(world.split['v1']).toBe(100);
      world.run(10_000);
      expect(world.rollout.status).toMatchObject({
        phase: 'Ended',
        outcome: 'RolledBack',
        reason: 'AnalysisFailed',
        weight: 0,
        remembered: true,
        message: expect.stringContaining('health'),
      });
      expect(world.status).toMatchObject({ phase: 'RolledBack', stable: { revision: world.revision('v1') } });
      expect([world.condition('Ready'), world.condition('Stalled'), world.condition('Reconciling')]).toEqual([
        'False',
        'True',
        'False',
      ]);
      expect(world.status?.conditions?.find(({ type }) => type === 'Ready')?.reason).toBe('AnalysisFailed');
      expect(world.replicasOf('v2')).toBeGreaterThan(0);
      world.run(2 * minute);
      expect(world.replicasOf('v2')).toBe(0);
      expect(world.replicasOf('v1')).toBe(4);
      expect(world.rollouts).toHaveLength(1);
      expect(world.violations).toEqual([]);
    });
  },
);

describe('a failed candidate', () => {
  it('is tried again when the spec asks for it anew (S27)', () => {
    const world = atStepTwo();
    world.say('v2', 'Fail');
    world.run(5 * minute);
    world.editSpec('v1');
    world.run(minute);
    expect(world.status?.phase).toBe('Healthy');
    world.editSpec('v2');
    world.run(3 * minute);
    expect(world.rollouts).toHaveLength(2);
    expect(world.rollout.status.outcome).toBe('RolledBack');
    world.editSpec('v1');
    world.run(minute);
    world.say('v2', 'Pass');
    world.editSpec('v2');
    world.run(40 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
    expect(world.violations).toEqual([]);
  });

  it('fails while it bakes, and the previous revision has everybody in the same pass', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(10 * minute);
    expect(world.status?.phase).toBe('Baking');
    world.say('v2', 'Fail');
    world.tick();
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    world.run(minute);
    expect(world.status).toMatchObject({ phase: 'RolledBack', stable: { revision: world.revision('v1') } });
    expect(world.violations).toEqual([]);
  });

  it('is taken back while the spec is paused', () => {
    const world = atStepTwo();
    world.pause();
    world.run(minute);
    world.say('v2', 'Fail');
    world.run(15_000);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
  });

  it('stays where somebody answers when the stable has no ready pod, and goes when it has', () => {
    const world = atStepTwo();
    world.breakPods('v1', 'CrashLoopBackOff');
    world.run(1_000);
    world.say('v2', 'Fail');
    world.run(minute);
    expect(world.rollout.status.outcome).toBe('RolledBack');
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(world.replicasOf('v2')).toBeGreaterThan(0);
    expect(world.status?.message).toContain('taken back');
    expect(world.status?.message).toContain('the live split stays as it is until');
    expect(world.condition('Available')).toBe('False');
    world.healPods('v1');
    world.run(1_000);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    world.run(3 * minute);
    expect(world.replicasOf('v2')).toBe(0);
    expect(world.violations).toEqual([]);
  });
});

describe('a record that cannot be written (law 13)', () => {
  it('does not keep a failed candidate in traffic, and it is not raised again when the evidence falls silent', () => {
    const world = atStepTwo();
    world.say('v2', 'Fail');
    world.tick({ failRecord: true });
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.rollout.status.phase).toBe('Stepping');
    world.say('v2', 'NoData');
    world.run(5 * minute);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.status?.message).toContain('taken away');
    world.say('v2', 'Fail');
    world.run(15_000);
    expect(world.rollout.status.outcome).toBe('RolledBack');
    expect(world.violations).toEqual([]);
  });

  it('moves nothing else', () => {
    const world = atStepTwo();
    world.run(100_000);
    const before = world.facts();
    world.cluster.advanceTo(world.nowMs + 30_000);
    expect(world.tick({ failRecord: true }).writes).toEqual([]);
    expect(world.facts().route).toEqual(before.route);
  });
});

describe('a candidate that never becomes ready (S5, S6, S19)', () => {
  it('fails after the deadline with the reason of its pods, never has traffic, and is remembered', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.breakPods('v2', 'ErrImagePull: no such image');
    world.editSpec('v2');
    world.run(9 * minute);
    expect(world.status).toMatchObject({
      phase: 'Progressing',
      message: expect.stringContaining('ErrImagePull'),
    });
    world.run(2 * minute);
    expect(world.rollout.status).toMatchObject({
      outcome: 'Failed',
      reason: 'ProgressDeadlineExceeded',
      remembered: true,
    });
    expect(world.status).toMatchObject({ phase: 'Failed', message: expect.stringContaining('ErrImagePull') });
    expect(world.weights).toEqual([]);
    world.run(10 * minute);
    expect(world.replicasOf('v2')).toBe(0);
    expect(world.replicasOf('v1')).toBe(4);
    expect(world.rollouts).toHaveLength(1);
    world.editSpec('v3');
    world.run(40 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v3') } });
    expect(world.violations).toEqual([]);
  });

  it('restarts the clock with each ready pod; paused time never counts (S17, S18)', () => {
    const world = new TinyWorld({ progressDeadlineMs: 5_000, readinessPercent: 100 }).run(minute);
    world.spec.plan.steps = [{ kind: 'weight', weight: 100, holdMs: 0, maxHoldMs: 0 }];
    world.breakPods('v2');
    world.editSpec('v2');
    for (let pod = 0; pod < 2; pod += 1) {
      world.run(4_000);
      world.cluster.revisions.get(world.revision('v2'))!.pods[pod]!.readyAtMs = world.nowMs;
    }
    world.run(4_000);
    expect(world.rollout.status.phase).toBe('Preparing');
    world.pause();
    world.run(60_000);
    expect(world.rollout.status).toMatchObject({ phase: 'Preparing', paused: { reason: 'PausedBySpec' } });
    world.pause(false);
    world.run(4_000);
    expect(world.rollout.status.phase).toBe('Preparing');
    world.run(2_000);
    expect(world.rollout.status.outcome).toBe('Failed');
    expect(world.status?.message).toContain('2 ready pods of 4 needed');
  });
});
