import { describe, expect, it } from '@jest/globals';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

describe('spec.paused', () => {
  it('freezes a rollout with its traffic, and lets it go on later', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(2.5 * minute);
    world.pause();
    world.run(60 * minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(world.status).toMatchObject({ phase: 'Paused', message: expect.stringContaining('spec.paused') });
    expect(world.condition('Paused')).toBe('True');
    expect(world.rollout.status.paused?.reason).toBe('PausedBySpec');
    world.pause(false);
    world.run(40 * minute);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.rollout.status.paused).toBeUndefined();
    expect(world.events.map(({ action }) => action)).toEqual(expect.arrayContaining(['Pause', 'Resume']));
    expect(world.violations).toEqual([]);
  });

  it('starts no rollout', () => {
    const world = new TinyWorld().run(minute);
    world.pause();
    world.editSpec('v2');
    world.run(10 * minute);
    expect(world.rollouts).toEqual([]);
    expect(world.status?.phase).toBe('Paused');
    world.pause(false);
    world.run(minute);
    expect(world.rollouts).toHaveLength(1);
  });

  it('serves no first revision', () => {
    const world = new TinyWorld();
    world.pause();
    world.run(minute);
    expect(world.status).toMatchObject({ phase: 'Paused' });
    expect(world.cluster.revisions.size).toBe(0);
  });

  it('gives no role, and ends no bake', () => {
    const world = new TinyWorld({ steps: [weightStep(50)] }).run(minute);
    world.editSpec('v2');
    world.run(3 * minute);
    expect(world.status?.phase).toBe('Baking');
    world.pause();
    world.run(60 * minute);
    expect(world.rollout.status.phase).toBe('Baking');
    world.pause(false);
    world.run(1_000);
    expect(world.rollout.status.outcome).toBe('Promoted');
  });
});

describe('a pause step', () => {
  it('with a duration ends by itself', () => {
    const world = new TinyWorld({
      steps: [weightStep(10), { kind: 'pause', durationMs: 10 * minute }, weightStep(50)],
    });
    world.run(minute);
    world.editSpec('v2');
    world.run(3 * minute);
    expect(world.status).toMatchObject({ phase: 'Paused', rollout: { step: 1, steps: 3 } });
    expect(world.status?.rollout?.nextDecisionAt).toBeDefined();
    world.run(8.5 * minute);
    expect(world.split).toEqual({ v1: 90, v2: 10 });
    world.run(minute);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    expect(world.violations).toEqual([]);
  });

  it('without one waits for a person', () => {
    const world = new TinyWorld({ steps: [{ kind: 'pause' }, weightStep(50)], analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(1_000 * minute);
    expect(world.status).toMatchObject({
      phase: 'Paused',
      message: expect.stringContaining('without an end'),
    });
    expect(world.replicasOf('v2')).toBe(1);
    expect(world.weights).toEqual([]);
    expect(world.tick().decision.requeueAfterMs).toBeUndefined();
  });

  it('is no gate: it asks for no verdict, but a Fail ends it', () => {
    const world = new TinyWorld({ steps: [weightStep(10), { kind: 'pause' }], analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(5 * minute);
    expect(world.status?.phase).toBe('Paused');
    world.say('v2', 'Fail');
    world.run(minute);
    expect(world.rollout.status.outcome).toBe('RolledBack');
  });
});

describe('a spec that cannot be followed', () => {
  const invalid = 'spec.replicas: found -1; a whole number from 0';

  it('keeps the rollout where it is, and lets it go on when it is mended', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(2.5 * minute);
    world.invalidSpec = invalid;
    world.run(60 * minute);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    expect(world.rollout.status.paused?.reason).toBe('InvalidSpec');
    expect(world.status?.message).toContain(invalid);
    expect(world.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'InvalidSpec', action: 'Pause' });
    world.invalidSpec = undefined;
    world.run(40 * minute);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.violations).toEqual([]);
  });

  it('law 5: keeps no Fail from taking the traffic back', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.editSpec('v2');
    world.run(2.5 * minute);
    world.invalidSpec = invalid;
    world.run(minute);
    world.say('v2', 'Fail');
    world.run(15_000);
    expect(world.split['v1']).toBe(100);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    expect(world.violations).toEqual([]);
  });

  it('law 1: keeps no weight from being taken back, and gives none again', () => {
    const world = new TinyWorld({ analysis: true, steps: [weightStep(50, 30 * minute)] }).run(minute);
    world.editSpec('v2');
    world.run(minute);
    world.invalidSpec = invalid;
    world.healPods('v2', 10_000);
    world.killPods('v2', 4);
    world.run(60 * minute);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    // The time in which nobody could raise it is no fault of the candidate.
    expect(world.rollout.status.phase).toBe('Stepping');
    world.invalidSpec = undefined;
    world.run(1_000);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    expect(world.violations).toEqual([]);
  });
});
