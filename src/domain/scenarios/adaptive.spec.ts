import { describe, expect, it } from '@jest/globals';
import type { RolloutStep } from '../../api/model-rollout.ts';
import type { TinyOptions } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;
const adaptive: RolloutStep = {
  kind: 'adaptive',
  start: 1,
  max: 50,
  lossBudget: 20,
  growth: 3,
  holdMs: 2 * minute,
  maxHoldMs: 30 * minute,
};

/** Nobody counts requests here: the weights grow once in each hold. */
function rollout(options: TinyOptions = {}, step: Partial<typeof adaptive> = {}): TinyWorld {
  const world = new TinyWorld({ steps: [{ ...adaptive, ...step } as RolloutStep], ...options }).run(minute);
  world.editSpec('v2');
  return world;
}

describe('an adaptive canary', () => {
  it('grows by its factor, once in each hold, and is promoted from 20 % on', () => {
    const world = rollout().run(30 * minute);
    expect(world.weights).toEqual([1, 3, 9, 27, 100]);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { model: { version: 'v2' } } });
    expect(world.violations).toEqual([]);
  });

  it('is promoted from its largest weight on, where that is smaller', () => {
    expect(rollout({}, { max: 8 }).run(30 * minute).weights).toEqual([1, 3, 8, 100]);
  });

  it('stays where it is while the gate says nothing, and no longer than maxHold', () => {
    const world = rollout({ analysis: true });
    world.say('v2', 'Inconclusive');
    world.run(29 * minute);
    expect(world.weights).toEqual([1]);
    expect(world.status?.phase).toBe('Progressing');
    world.run(3 * minute);
    expect(world.status).toMatchObject({ phase: 'Paused' });
    expect(world.rollout.status.paused?.reason).toBe('Inconclusive');
  });

  it('is promoted from any weight by a Pass when maxHold is over: health was proved, and more time would change nothing', () => {
    const world = rollout({ analysis: true, onInconclusive: 'promote' });
    world.say('v2', 'Inconclusive');
    world.run(40 * minute);
    expect(world.weights).toEqual([1, 100]);
  });

  it('goes back at once', () => {
    const world = rollout({ analysis: true }).run(5 * minute);
    expect(world.weights).toEqual([1, 3, 9]);
    world.say('v2', 'Fail');
    world.run(minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    expect(world.split).toEqual({ v1: 100 });
  });

  it('gives no weight for which there are no pods (law 1), and the wait for them has a deadline of its own', () => {
    const world = rollout({ replicas: 10, progressDeadlineMs: 3 * minute });
    world.run(2 * minute);
    world.cluster.behaviours.set('v2', { readyAfterMs: Infinity });
    world.run(4 * minute);
    expect(world.weights).toEqual([1, 3, 9]);
    expect(world.rollout.status.step.target).toBe(27);
    expect(world.rollout.status.outcome).toBeUndefined();
    world.run(3 * minute);
    expect(world.rollout.status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'ProgressDeadlineExceeded',
    });
  });

  it('is frozen by paused, and goes on from where it was', () => {
    const world = rollout().run(minute);
    world.spec.paused = true;
    world.run(20 * minute);
    expect(world.weights).toEqual([1]);
    world.spec.paused = false;
    world.run(20 * minute);
    expect(world.weights).toEqual([1, 3, 9, 27, 100]);
  });

  it('behind plain Services has the shares that its pods give', () => {
    const world = rollout({ router: 'replicaRatio', replicas: 10 }).run(30 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { model: { version: 'v2' } } });
    expect(world.violations).toEqual([]);
  });
});
