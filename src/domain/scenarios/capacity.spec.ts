import { describe, expect, it } from '@jest/globals';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

function atFiftyPercent(router: 'weighted' | 'replicaRatio' = 'weighted'): TinyWorld {
  const world = new TinyWorld({
    router,
    analysis: true,
    steps: [weightStep(5), weightStep(25), weightStep(50, 30 * minute, 60 * minute)],
  }).run(minute);
  world.editSpec('v2');
  return world.run(6 * minute);
}

describe('candidate pods that die at 50 %', () => {
  it('all: the weight is 0 in the same pass, and a recorded decision gives it back', () => {
    const world = atFiftyPercent();
    world.healPods('v2', 30_000);
    world.killPods('v2', 2);
    world.tick();
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.rollout.status.decisions?.at(-1)).toMatchObject({
      action: 'WeightTakenBack',
      reason: 'CapacityLost',
      weight: 0,
    });
    expect(world.rollout.status.message).toContain('no ready pod');
    world.run(40_000);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    expect(world.rollout.status.decisions?.at(-1)).toMatchObject({ action: 'WeightRaised', weight: 50 });
    expect(world.events.filter(({ action }) => action === 'WeightTakenBack')).toHaveLength(1);
    expect(world.violations).toEqual([]);
  });

  it('one of two: the weight is the largest of the plan that the other one carries', () => {
    const world = atFiftyPercent();
    world.healPods('v2', 30_000);
    world.killPods('v2', 1);
    world.tick();
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    world.run(40_000);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    expect(world.violations).toEqual([]);
  });

  it('under a plain Service the endpoints already went, and the record follows', () => {
    const world = atFiftyPercent('replicaRatio');
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    world.healPods('v2', 30_000);
    world.killPods('v2', 4);
    world.run(1_000);
    expect(world.split).toEqual({ v1: 100 });
    expect(world.rollout.status.weight).toBe(0);
    world.run(40_000);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    expect(world.violations).toEqual([]);
  });

  it('and do not come back: the rollout ends after the deadline', () => {
    const world = atFiftyPercent();
    world.breakPods('v2', 'CrashLoopBackOff');
    world.run(9 * minute);
    expect(world.rollout.status.phase).toBe('Stepping');
    expect(world.status?.message).toContain('CrashLoopBackOff');
    world.run(2 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'ProgressDeadlineExceeded' });
    expect(world.violations).toEqual([]);
  });

  it('are judged on the weight that is left to them', () => {
    const world = atFiftyPercent();
    world.healPods('v2', Infinity);
    world.killPods('v2', 1);
    world.run(1_000);
    expect(world.split).toEqual({ v1: 75, v2: 25 });
    world.say('v2', 'Fail');
    world.run(20_000);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
  });

  it('begin their hold anew when they are back', () => {
    const world = atFiftyPercent();
    world.healPods('v2', minute);
    world.killPods('v2', 2);
    world.run(30 * minute);
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    world.run(2 * minute);
    expect(world.split['v2']).toBe(100);
  });
});

describe('capacity while a candidate prepares', () => {
  it('lost after a long wait for the route is no failure of the deadline', () => {
    const world = new TinyWorld().run(minute);
    world.lag(Infinity);
    world.editSpec('v2');
    world.run(30 * minute);
    expect(world.rollout.status.phase).toBe('Preparing');
    world.healPods('v2', 30_000);
    world.killPods('v2', 1);
    world.run(minute);
    expect(world.rollout.status.phase).toBe('Preparing');
    world.lag(0);
    world.run(minute);
    expect(world.split['v2']).toBe(5);
  });

  it('readiness.percent lets a weight be raised with fewer pods, also behind a plain Service', () => {
    for (const router of ['weighted', 'replicaRatio'] as const) {
      const world = new TinyWorld({ router, readinessPercent: 50, steps: [weightStep(50)] }).run(minute);
      world.healPods('v2', 1_000);
      world.editSpec('v2');
      world.run(0);
      const pods = world.cluster.revisions.get(world.revision('v2'))!.pods;
      for (const pod of pods.slice(pods.length / 2)) pod.readyAtMs = Infinity;
      world.run(minute);
      expect(world.rollout.status.weight).toBe(50);
      world.cluster.behaviours.set('v2', { readyAfterMs: 0 });
      world.run(30 * minute);
      expect(world.rollout.status.outcome).toBe('Promoted');
      expect(world.violations).toEqual([]);
    }
  });
});

describe('a router that does not acknowledge', () => {
  it('holds the rollout where it is, at weight 0 before the first step and later on', () => {
    const world = new TinyWorld().run(minute);
    world.lag(Infinity);
    world.editSpec('v2');
    world.run(60 * minute);
    expect(world.weights).toEqual([]);
    expect(world.status?.message).toContain('the data plane lags');
    expect(world.condition('TrafficApplied')).toBe('False');
    world.lag(1_000);
    world.run(10_000);
    expect(world.weights).toEqual([5]);
    world.lag(Infinity);
    world.run(3 * minute);
    world.run(60 * minute);
    expect(world.weights).toEqual([5, 25]);
    expect(world.rollout.status.step.appliedAt).toBeUndefined();
    expect(world.violations).toEqual([]);
  });

  it('says so while all traffic waits for it', () => {
    const world = new TinyWorld({ steps: [weightStep(50)] }).run(minute);
    world.editSpec('v2');
    world.run(minute);
    world.lag(Infinity);
    world.run(10 * minute);
    expect(world.status).toMatchObject({
      message: expect.stringContaining('waiting until the split is applied'),
    });
    expect(world.rollout.status.phase).toBe('Promoting');
  });

  it('does not keep a Fail from being written', () => {
    const world = atFiftyPercent();
    world.lag(Infinity);
    world.say('v2', 'Fail');
    world.run(15_000);
    expect(world.split['v1']).toBe(100);
    world.run(60 * minute);
    expect(world.replicasOf('v2')).toBe(2);
    world.lag(0);
    world.run(2 * minute);
    expect(world.replicasOf('v2')).toBe(0);
  });
});

describe('candidate pods that die during the bake', () => {
  it('give all traffic back to the warm revision, and the bake begins anew when they are there again', () => {
    const world = new TinyWorld({ analysis: true, bakeMs: 10 * minute }).run(minute);
    world.editSpec('v2');
    world.run(15 * minute);
    expect(world.status).toMatchObject({ phase: 'Baking' });
    const endedAfterMs = () => Date.parse(world.rollout.status.endedAt ?? '') - Date.parse(diedAt);
    world.healPods('v2', 30_000);
    const diedAt = new Date(world.nowMs).toISOString();
    world.killPods('v2', 4);
    world.tick();
    expect(world.split).toMatchObject({ v1: 100, v2: 0 });
    world.run(30 * minute);
    expect(world.rollout.status.outcome).toBe('Promoted');
    expect(endedAfterMs()).toBeGreaterThanOrEqual(10 * minute + 30_000);
    expect(world.violations).toEqual([]);
  });

  it('again and again are taken back for good at the third time', () => {
    const world = new TinyWorld({ analysis: true, bakeMs: 10 * minute }).run(minute);
    world.editSpec('v2');
    world.run(15 * minute);
    world.healPods('v2', 30_000);
    for (const losses of [1, 2]) {
      world.killPods('v2', 4);
      world.run(5 * minute);
      expect(world.rollout.status).toMatchObject({ phase: 'Baking', losses });
      expect(world.split).toEqual({ v1: 0, v2: 100 });
    }
    world.killPods('v2', 4);
    const { writes } = world.tick();
    expect(writes.filter(({ what }) => what === 'route')).toHaveLength(1);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.rollout.status).toMatchObject({
      outcome: 'RolledBack',
      reason: 'CandidateUnstable',
      losses: 3,
      remembered: true,
    });
    expect(world.rollout.status.message).toContain('lost all its ready pods 3 times');
    expect(world.violations).toEqual([]);
  });
});

describe('a candidate that comes and goes', () => {
  const losing = (world: TinyWorld, times: number, count: number): TinyWorld => {
    world.healPods('v2', 30_000);
    for (let time = 0; time < times; time += 1) {
      world.killPods('v2', count);
      world.run(minute);
    }
    return world;
  };

  it.each(['weighted', 'replicaRatio'] as const)(
    'without any metrics is given up at the third loss, by a %s router',
    (router) => {
      const steps = [weightStep(50, 30 * minute, 60 * minute)];
      const world = new TinyWorld({ router, steps }).run(minute);
      world.metricsKind = 'notConfigured';
      world.editSpec('v2');
      world.run(minute);
      losing(world, 2, 4);
      expect(world.rollout.status).toMatchObject({ phase: 'Stepping', weight: 50, losses: 2 });
      losing(world, 1, 4);
      expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'CandidateUnstable' });
      world.run(60 * minute);
      expect(world.rollouts).toHaveLength(1);
      expect(world.status).toMatchObject({ phase: 'RolledBack' });
      expect(world.violations).toEqual([]);
    },
  );

  it('and of which some pods always stay is not: a drain of nodes is no loss', () => {
    const world = losing(atFiftyPercent(), 6, 1);
    expect(world.rollout.status.phase).toBe('Stepping');
    expect(world.rollout.status.losses).toBeUndefined();
  });

  it('together with the stable is not: then the pods are not what is wrong', () => {
    const world = atFiftyPercent();
    for (let time = 0; time < 4; time += 1) {
      for (const version of ['v1', 'v2']) world.healPods(version, version === 'v1' ? 40_000 : 30_000);
      world.killPods('v1', 4);
      world.killPods('v2', 4);
      world.run(minute);
    }
    expect(world.rollout.status.phase).toBe('Stepping');
    expect(world.rollout.status.losses).toBeUndefined();
  });

  it('is counted once for each loss, however often a pass sees it', () => {
    const world = atFiftyPercent();
    world.healPods('v2', 5 * minute);
    world.killPods('v2', 2);
    world.run(4 * minute);
    world.tick({ failRecord: true });
    world.run(30_000);
    expect(world.rollout.status).toMatchObject({ phase: 'Stepping', weight: 0, losses: 1 });
    expect(world.rollout.status.decisions?.at(-1)?.message).toContain('loss 1 of 3');
  });

  it('begins from none when somebody says retry', () => {
    const world = losing(atFiftyPercent(), 3, 2);
    expect(world.rollout.status.outcome).toBe('RolledBack');
    world.ask('retry');
    world.run(10 * minute);
    losing(world, 2, 2);
    expect(world.rollouts).toHaveLength(2);
    expect(world.rollout.status).toMatchObject({ phase: 'Stepping', losses: 2 });
  });

  it('also where the stable followed it: everybody goes to the pods that it has', () => {
    const world = new TinyWorld({ stableScale: 'follow', steps: [weightStep(50, 30 * minute)] }).run(minute);
    world.editSpec('v2');
    world.run(minute);
    losing(world, 3, 4);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'CandidateUnstable' });
    expect(world.violations).toEqual([]);
  });
});
