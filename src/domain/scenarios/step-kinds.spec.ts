import { describe, expect, it } from '@jest/globals';
import type { RolloutStep } from '../../api/model-rollout.ts';
import { weightStep } from '../testing/tiny-spec.ts';
import { type TinyOptions } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;
const hour = 60 * minute;

const gate = { holdMs: 0, maxHoldMs: 30 * minute };
const testers: RolloutStep = {
  kind: 'match',
  matches: [{ headers: [{ name: 'x-tester', type: 'Exact', value: 'true' }] }],
  ...gate,
};
const nobody: RolloutStep = { kind: 'match', matches: [], ...gate };
const copies = (percent = 100): RolloutStep => ({
  kind: 'mirror',
  percent,
  durationMs: 10 * minute,
  minRequests: 0,
  maxHoldMs: 30 * minute,
});
const scale = (to: Omit<Extract<RolloutStep, { kind: 'scale' }>, 'kind'>): RolloutStep => ({
  kind: 'scale',
  ...to,
});

/** v1 serves, and v2 is asked for. */
function begun(options: TinyOptions): TinyWorld {
  const world = new TinyWorld(options);
  world.run(minute);
  world.editSpec('v2');
  return world;
}

describe('a match step (S40)', () => {
  it('gives testers the candidate at weight 0, and everybody else the stable, until it is promoted', () => {
    const world = begun({ steps: [testers, weightStep(50)], bakeMs: minute });
    world.run(1_000);
    expect(world.cluster.extras.testers).toMatchObject({ revision: world.revision('v2') });
    expect(world.rollout.status).toMatchObject({ phase: 'Stepping', weight: 50, step: { index: 1 } });
    world.run(hour);
    expect(world.cluster.extras).toEqual({});
    expect(world.weights).toEqual([50, 100]);
    expect(world.status?.phase).toBe('Healthy');
    expect(world.violations).toEqual([]);
  });

  it('holds at weight 0 for as long as it says', () => {
    const world = begun({ steps: [{ ...testers, holdMs: 5 * minute } as RolloutStep, weightStep(50)] });
    world.run(4 * minute);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.cluster.extras.testers).toBeDefined();
    world.run(2 * minute);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
  });

  it('without a condition sends the testers back', () => {
    const world = begun({ steps: [testers, nobody, { kind: 'pause' }] });
    world.run(minute);
    expect(world.rollout.status.step.index).toBe(2);
    expect(world.cluster.extras).toEqual({});
  });

  it('ends with the rollout, in the one write that takes the weight back', () => {
    const world = begun({ steps: [testers, weightStep(50)], analysis: true });
    world.run(minute);
    world.say('v2', 'Fail');
    world.run(minute);
    expect(world.cluster.extras).toEqual({});
    expect(world.split['v1']).toBe(100);
    expect(world.status?.phase).toBe('RolledBack');
    expect(world.violations).toEqual([]);
  });

  it('waits while the gateway does not follow (law 7)', () => {
    const world = begun({ steps: [testers, weightStep(50)] });
    world.healPods('v2', 10_000);
    world.run(5_000);
    world.lag(Infinity);
    world.run(hour / 2);
    expect(world.cluster.extras.testers).toBeDefined();
    expect(world.weights).toEqual([]);
  });
});

describe('a mirror step (S43)', () => {
  it('copies at 100/0, then the weights come without copies', () => {
    const world = begun({ steps: [copies(), weightStep(10)], bakeMs: 0 });
    world.run(5 * minute);
    expect(world.cluster.extras.mirror).toEqual({ revision: world.revision('v2'), percent: 100 });
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.replicasOf('v2')).toBe(4);
    world.run(6 * minute);
    expect(world.cluster.extras.mirror).toBeUndefined();
    expect(world.split).toEqual({ v1: 90, v2: 10 });
    world.run(hour);
    expect(world.cluster.revisions.get(world.revision('v2'))?.hasMirrorService).toBe(false);
    expect(world.violations).toEqual([]);
  });

  it('takes pods for the share that is copied', () => {
    const world = begun({ steps: [copies(50), weightStep(10)] });
    world.run(minute);
    expect(world.replicasOf('v2')).toBe(2);
  });

  it('stops copying while the candidate has no ready pod (law 8), and goes on when it has', () => {
    const world = begun({ steps: [copies(), weightStep(10)] });
    world.run(5 * minute);
    world.breakPods('v2');
    world.killPods('v2', 4);
    world.run(0);
    expect(world.cluster.extras.mirror).toBeUndefined();
    expect(world.split).toMatchObject({ v1: 100 });
    world.healPods('v2');
    world.run(1_000);
    expect(world.cluster.extras.mirror).toBeDefined();
  });

  it('never begins where the gateway copies nothing (S44), and begins when it can', () => {
    const world = new TinyWorld({ steps: [copies(), weightStep(10)] });
    world.cluster.lacking = { mirror: 'GatewayClass contour does not list HTTPRouteRequestMirror' };
    world.run(minute);
    world.editSpec('v2');
    world.run(hour);
    expect(world.rollouts).toEqual([]);
    expect(world.status).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('HTTPRouteRequestMirror'),
    });
    expect(world.condition('Stalled')).toBe('True');
    world.cluster.lacking = {};
    world.run(minute);
    expect(world.cluster.extras.mirror).toBeDefined();
  });

  it('ends where the gateway loses what the plan needs', () => {
    const world = begun({ steps: [copies(), weightStep(10)] });
    world.run(minute);
    world.cluster.lacking = { mirror: 'the gateway has changed' };
    world.run(1_000);
    expect(world.rollout.status).toMatchObject({ outcome: 'Aborted', reason: 'RouterCannot' });
    expect(world.status?.phase).toBe('Failed');
  });
});

describe('metrics of several places', () => {
  it('must differ in their names, or nothing begins', () => {
    const world = new TinyWorld({ analysis: true });
    const [metric] = world.spec.analysis.metrics;
    world.spec.analysis = { ...world.spec.analysis, metrics: [metric!, { ...metric!, places: [0] }] };
    world.run(minute);
    world.editSpec('v2');
    world.run(hour);
    expect(world.rollouts).toEqual([]);
    expect(world.status).toMatchObject({ phase: 'Failed', message: expect.stringContaining('"health"') });
  });

  it('are waited for until their start delay is over', () => {
    const world = new TinyWorld({ analysis: true, steps: [weightStep(50)] });
    const [metric] = world.spec.analysis.metrics;
    const late = { ...metric!, initialDelayMs: 10 * minute };
    world.spec.analysis = { ...world.spec.analysis, metrics: [late] };
    world.say('v2', 'Fail');
    world.run(minute);
    world.editSpec('v2');
    world.run(9 * minute);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    expect(world.status?.message).toMatch(/metric health is asked 10m after/);
    world.run(2 * minute);
    expect(world.status?.phase).toBe('RolledBack');
  });
});

describe('scale steps (S9)', () => {
  it('give the candidate the pods that they say: 1, 1, 3, 2', () => {
    const pause: RolloutStep = { kind: 'pause', durationMs: minute };
    const world = begun({
      steps: [
        scale({ percent: 25 }),
        pause,
        weightStep(50, minute),
        pause,
        scale({ replicas: 3 }),
        pause,
        scale({ matchWeight: true }),
        pause,
      ],
    });
    const pods: (number | undefined)[] = [];
    for (let index = 0; index < 60 && world.status?.phase !== 'Baking'; index += 1) {
      world.run(10_000);
      const now = world.replicasOf('v2');
      if (now !== pods.at(-1)) pods.push(now);
      expect(world.replicasOf('v1')).toBe(4);
    }
    expect(pods).toEqual([1, 3, 2, 4]);
    expect(world.violations).toEqual([]);
  });

  it('wait for their pods, and fail at the deadline', () => {
    const world = begun({ steps: [scale({ replicas: 3 }), weightStep(50)], progressDeadlineMs: 5 * minute });
    world.breakPods('v2');
    world.run(10 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'Failed', reason: 'ProgressDeadlineExceeded' });
    expect(world.weights).toEqual([]);
  });
});

describe('clients who stay', () => {
  const sticky = { kind: 'cookie', name: 'understudy', maxAgeMs: hour } as const;

  it('are told to the gateway for as long as there are two revisions', () => {
    const world = begun({ steps: [weightStep(50)], sticky, bakeMs: minute });
    world.run(minute);
    expect(world.cluster.extras.sticky).toEqual(sticky);
    world.run(hour);
    expect(world.cluster.extras).toEqual({});
    expect(world.status?.phase).toBe('Healthy');
    expect(world.violations).toEqual([]);
  });

  it('stop the rollout before it begins where the gateway cannot', () => {
    const world = begun({ steps: [weightStep(50)], sticky });
    world.cluster.lacking = { sticky: 'Contour has no session persistence' };
    world.run(hour);
    expect(world.rollouts).toEqual([]);
    expect(world.status?.message).toMatch(/Contour has no session persistence/);
  });
});
