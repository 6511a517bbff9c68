import { describe, expect, it } from '@jest/globals';
import { endStateOf, law12SameEnd, law14SameDecision, law15NothingToWrite } from '../testing/laws-of-runs.ts';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;
type Router = 'weighted' | 'replicaRatio';
const routers: Router[] = ['weighted', 'replicaRatio'];

function settled(router: Router = 'weighted', readyAfterMs = 20_000): TinyWorld {
  const world = new TinyWorld({ router, steps: [weightStep(50, 30 * minute, 60 * minute)] }).run(minute);
  world.healPods('v1', readyAfterMs);
  world.healPods('v2', readyAfterMs);
  return world;
}

/** v2 has half of the traffic, for half an hour. */
function atFiftyPercent(router: Router): TinyWorld {
  const world = settled(router);
  world.editSpec('v2');
  world.run(3 * minute);
  expect(world.rollout.status.weight).toBe(50);
  return world;
}

const answerOf = (world: TinyWorld, name: string) => world.actions.find(name)?.status;

/** Lets time pass and notes how many ready pods a version had at its lowest. */
function fewestReady(world: TinyWorld, version: string, forMs: number): number {
  let fewest = Infinity;
  for (let passedMs = 0; passedMs < forMs; passedMs += 1_000) {
    world.run(1_000);
    fewest = Math.min(fewest, world.cluster.readyOf(world.revision(version)).length);
  }
  return fewest;
}

describe('restart of what serves', () => {
  it.each(routers)(
    'replaces every pod, one after another, and never has fewer that are ready: %s',
    (router) => {
      const world = settled(router);
      const before = world.podsOf('v1');
      world.ask('restart', { name: 'renew' });
      expect(fewestReady(world, 'v1', 5 * minute)).toBe(4);
      expect(world.podsOf('v1')).toHaveLength(4);
      expect(world.podsOf('v1').filter((name) => before.includes(name))).toEqual([]);
      expect(answerOf(world, 'renew')).toMatchObject({
        state: 'Applied',
        reason: 'Restarted',
        revision: world.revision('v1'),
        message: expect.stringContaining('4 of 4 pods'),
      });
      expect(world.violations).toEqual([]);
      expect(world.events.map(({ reason }) => reason)).toEqual(['FirstRevision']);
      expect(world.rollouts).toEqual([]);
    },
  );

  it('says how far it is, and takes one at a time', () => {
    const world = settled();
    world.ask('restart', { name: 'renew' });
    world.run(1_000);
    expect(answerOf(world, 'renew')).toMatchObject({
      state: 'Running',
      reason: 'Restarting',
      message: expect.stringMatching(
        /^0 of 4 pods of revision \w+ are new; waiting for a new pod to be ready/,
      ),
    });
    expect(world.podsOf('v1')).toHaveLength(5);
    world.run(50_000);
    expect(world.podsOf('v1')).toHaveLength(5);
    expect(answerOf(world, 'renew')?.message).toMatch(/^2 of 4 pods/);
  });

  it('is never twice at the same revision', () => {
    const world = settled();
    world.ask('restart', { name: 'first' });
    world.run(5_000);
    world.ask('restart', { name: 'second' });
    world.run(1_000);
    expect(answerOf(world, 'first')?.state).toBe('Running');
    expect(answerOf(world, 'second')).toMatchObject({
      state: 'Refused',
      reason: 'NotNow',
      message: `RolloutAction first is restarting revision ${world.revision('v1')} already`,
    });
  });

  it.each(['a', 'z'])('of two that come together, the one that is first by name runs: %s', (name) => {
    const world = settled();
    world.ask('restart', { name: 'm' });
    world.ask('restart', { name });
    world.run(1_000);
    const [running, refused] = name < 'm' ? [name, 'm'] : ['m', name];
    expect(answerOf(world, running)?.state).toBe('Running');
    expect(answerOf(world, refused)?.state).toBe('Refused');
  });

  it('stops where it is when its action is deleted, and leaves no pod too many', () => {
    const world = settled();
    world.ask('restart', { name: 'renew' });
    world.run(45_000);
    world.actions.carryOut({ kind: 'delete', name: 'renew' });
    world.run(minute);
    expect(world.podsOf('v1')).toHaveLength(4);
    const left = world.podsOf('v1');
    world.run(10 * minute);
    expect(world.podsOf('v1')).toEqual(left);
    expect(law15NothingToWrite(world)).toBeUndefined();
    expect(world.violations).toEqual([]);
  });

  it('stops when its ttl is over', () => {
    const world = settled();
    world.evictionRefused = Object.fromEntries(
      world.podsOf('v1').map((name) => [name, 'the budget says no']),
    );
    world.ask('restart', { name: 'renew', ttlMs: 2 * minute });
    world.run(minute);
    expect(answerOf(world, 'renew')).toMatchObject({
      state: 'Running',
      message: expect.stringContaining('0 of 4 pods'),
    });
    expect(answerOf(world, 'renew')?.message).toContain('the budget says no');
    world.run(2 * minute);
    expect(answerOf(world, 'renew')?.state).toBe('Expired');
    expect(world.podsOf('v1')).toHaveLength(4);
  });

  it('goes on when the budget allows it', () => {
    const world = settled();
    world.evictionRefused = Object.fromEntries(
      world.podsOf('v1').map((name) => [name, 'the budget says no']),
    );
    world.ask('restart', { name: 'renew' });
    world.run(10 * minute);
    expect(answerOf(world, 'renew')?.state).toBe('Running');
    world.evictionRefused = {};
    world.run(5 * minute);
    expect(answerOf(world, 'renew')?.state).toBe('Applied');
  });

  it('waits for a new pod without end, and fails nothing', () => {
    const world = settled();
    world.breakPods('v1', 'a pod cannot be scheduled');
    world.healPods('v1', Infinity);
    const serving = world.cluster.revisions.get(world.revision('v1'))!.pods;
    for (const pod of serving) pod.readyAtMs = 0;
    world.ask('restart', { name: 'renew' });
    world.run(60 * minute);
    expect(answerOf(world, 'renew')?.state).toBe('Running');
    expect(world.cluster.readyOf(world.revision('v1'))).toHaveLength(4);
    expect(world.status?.phase).toBe('Healthy');
  });

  it('takes the scale with it', () => {
    const world = settled();
    world.ask('restart', { name: 'renew' });
    world.run(30_000);
    world.setReplicas(6);
    world.run(10 * minute);
    expect(world.podsOf('v1')).toHaveLength(6);
    expect(answerOf(world, 'renew')).toMatchObject({ state: 'Applied' });
    expect(answerOf(world, 'renew')?.message).toContain('6 of 6');
  });
});

describe('restart in the middle of a rollout', () => {
  it.each(routers)('of the stable: the rollout does not notice: %s', (router) => {
    const world = atFiftyPercent(router);
    const [before, candidates] = [world.podsOf('v1'), world.podsOf('v2')];
    const record = structuredClone(world.rollout.status);
    world.ask('restart', { name: 'renew' });
    expect(fewestReady(world, 'v1', 5 * minute)).toBe(4);
    expect(answerOf(world, 'renew')?.state).toBe('Applied');
    expect(world.podsOf('v1').filter((name) => before.includes(name))).toEqual([]);
    expect(world.podsOf('v2')).toEqual(candidates);
    expect(world.rollout.status).toMatchObject({ weight: 50, decisions: record.decisions });
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    expect(world.violations).toEqual([]);
    // The pod more was none of the capacity that both arms are sized by.
    expect([world.replicasOf('v1'), world.podsOf('v1').length]).toEqual([4, 4]);
  });

  it.each(routers)('of the candidate: its weight stays: %s', (router) => {
    const world = atFiftyPercent(router);
    const before = world.podsOf('v2');
    const record = structuredClone(world.rollout.status);
    world.ask('restart', { name: 'renew', revision: world.revision('v2') });
    expect(fewestReady(world, 'v2', 5 * minute)).toBeGreaterThanOrEqual(before.length);
    expect(answerOf(world, 'renew')?.state).toBe('Applied');
    expect(world.podsOf('v2').filter((name) => before.includes(name))).toEqual([]);
    expect(world.podsOf('v2')).toHaveLength(before.length);
    expect(world.rollout.status).toMatchObject({ weight: 50, decisions: record.decisions });
    expect(world.split).toEqual({ v1: 50, v2: 50 });
    expect(world.violations).toEqual([]);
  });

  it('of both at once', () => {
    const world = atFiftyPercent('replicaRatio');
    const before = [...world.podsOf('v1'), ...world.podsOf('v2')];
    world.ask('restart', { name: 'stable' });
    world.ask('restart', { name: 'candidate', revision: world.revision('v2') });
    world.run(6 * minute);
    expect([answerOf(world, 'stable')?.state, answerOf(world, 'candidate')?.state]).toEqual([
      'Applied',
      'Applied',
    ]);
    const after = [...world.podsOf('v1'), ...world.podsOf('v2')];
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  it('of a candidate that is aborted: it ends with it', () => {
    const world = atFiftyPercent('weighted');
    const revision = world.revision('v2');
    world.ask('restart', { name: 'renew', revision });
    world.run(5_000);
    world.ask('abort');
    world.run(10 * minute);
    expect(answerOf(world, 'renew')).toMatchObject({
      state: 'Refused',
      reason: 'NothingToDo',
      message: `revision ${revision} is neither stable nor candidate: its pods are not restarted`,
    });
    expect(world.podsOf('v2')).toEqual([]);
    expect(world.podsOf('v1')).toHaveLength(4);
    expect(world.violations).toEqual([]);
  });

  it('of a revision that has no part to play is refused', () => {
    const world = atFiftyPercent('weighted');
    world.ask('restart', { name: 'renew', revision: 'zzzzzzzzz2' });
    world.run(1_000);
    expect(answerOf(world, 'renew')).toMatchObject({ state: 'Refused', reason: 'NothingToDo' });
  });

  it('goes on with the revision that it began with when another one becomes the stable one', () => {
    const world = new TinyWorld({ steps: [weightStep(50)], bakeMs: 30 * minute }).run(minute);
    world.editSpec('v2');
    world.run(minute);
    world.healPods('v1', 30_000);
    world.evictionRefused = Object.fromEntries(
      world.podsOf('v1').map((name) => [name, 'the budget says no']),
    );
    world.ask('restart', { name: 'renew' });
    world.run(5 * minute);
    expect(world.status?.phase).toBe('Baking');
    world.evictionRefused = {};
    world.run(5 * minute);
    expect(answerOf(world, 'renew')).toMatchObject({ state: 'Applied', revision: world.revision('v1') });
    expect(world.violations).toEqual([]);
  });
});

describe('law 12: a restart whose controller is killed', () => {
  /** When it was answered is another matter: who is killed is late. */
  const endOf = (world: TinyWorld) => ({ ...endStateOf(world), actions: world.actions.states });

  /** The end of a restart whose controller dies after so many writes of one pass, at a moment of its course. */
  function run(router: Router, killAfterMs: number | undefined, writes: number): TinyWorld {
    const world = settled(router);
    world.ask('restart', { name: 'renew' });
    if (killAfterMs !== undefined) {
      for (let passedMs = 0; passedMs < killAfterMs; passedMs += 1_000) world.run(1_000);
      world.cluster.advanceTo(world.nowMs + 1_000);
      world.tick({ stopAfterWrites: writes });
    }
    return world.run(10 * minute);
  }

  it.each(routers)('ends as if it had not been: %s', (router) => {
    const unkilled = endOf(run(router, undefined, 0));
    for (let killAfterMs = 0; killAfterMs <= 100_000; killAfterMs += 4_000) {
      for (const writes of [0, 1, 2]) {
        const world = run(router, killAfterMs, writes);
        expect(law12SameEnd(unkilled, endOf(world))).toBeUndefined();
        expect(answerOf(world, 'renew')?.state).toBe('Applied');
        expect(world.podsOf('v1')).toHaveLength(4);
        expect(world.violations).toEqual([]);
      }
    }
  });

  it('law 14: the same world gives the same decision', () => {
    const world = settled();
    world.ask('restart', { name: 'renew' });
    for (let seconds = 0; seconds < 120; seconds += 1) {
      world.run(1_000);
      expect(law14SameDecision(world)).toBeUndefined();
    }
    expect(answerOf(world, 'renew')?.state).toBe('Applied');
  });
});
