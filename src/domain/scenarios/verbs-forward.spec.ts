import { describe, expect, it } from '@jest/globals';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

/** A rollout of v2 that stands at its first step, in force. */
function atFirstStep(options: ConstructorParameters<typeof TinyWorld>[0] = {}): TinyWorld {
  const world = new TinyWorld({ analysis: true, ...options }).run(minute);
  world.editSpec('v2');
  return world.run(10_000);
}

/** No more pods of v2 become ready; those that are stay so. */
const stall = (world: TinyWorld) => world.cluster.behaviours.set('v2', { readyAfterMs: Infinity });

const answerOf = (world: TinyWorld, { name }: { name: string }) => world.actions.find(name)?.status;
const stepOf = (world: TinyWorld) => world.rollout.status.step.index;

describe('promote (S4)', () => {
  it.each([
    ['a hold', {}],
    ['a gate that is open', { analysis: true }],
    ['a pause without an end', { steps: [{ kind: 'pause' as const }, weightStep(50), weightStep(70)] }],
    [
      'a pause with a duration',
      { steps: [{ kind: 'pause' as const, durationMs: 60 * minute }, weightStep(50), weightStep(70)] },
    ],
  ])('leaves %s by exactly one step', (_what, options) => {
    const world = atFirstStep(options);
    world.say('v2', 'Inconclusive');
    world.run(15_000);
    expect(stepOf(world)).toBe(0);
    const action = world.ask('promote', { reason: 'looks good' });
    world.run(10_000);
    expect(stepOf(world)).toBe(1);
    expect(answerOf(world, action)).toMatchObject({
      state: 'Applied',
      reason: 'PromotedByAction',
      rollout: 'sentiment-1',
      step: 0,
      actor: { name: 'alice', verified: true },
    });
    world.run(30_000);
    expect(stepOf(world)).toBe(1);
    expect(world.rollout.status.decisions?.filter(({ requestedBy }) => requestedBy)).toEqual([
      expect.objectContaining({
        action: 'StepEntered',
        reason: 'PromotedByAction',
        message: expect.stringContaining('asked for by alice in RolloutAction promote-1: looks good'),
        requestedBy: { name: 'promote-1', uid: 'uid-promote-1', actor: { name: 'alice', verified: true } },
      }),
    ]);
    expect(world.events.filter(({ message }) => message.includes('promote-1'))).toHaveLength(1);
    expect(world.violations).toEqual([]);
  });

  it('waits until the split is in force and the candidate has its weight (laws 1 and 7)', () => {
    const world = atFirstStep();
    world.lag(20_000);
    const first = world.ask('promote');
    world.run(1_000);
    expect(stepOf(world)).toBe(1);
    // The raise to 25 % is written and not acknowledged.
    const second = world.ask('promote', { target: { step: 1 } });
    world.run(5_000);
    expect([answerOf(world, first)?.state, answerOf(world, second)?.state]).toEqual(['Applied', 'Pending']);
    expect(stepOf(world)).toBe(1);
    world.run(20_000);
    expect([answerOf(world, second)?.state, stepOf(world)]).toEqual(['Applied', 2]);
    expect(world.violations).toEqual([]);
  });

  it('leaves the last step to the promotion, which still needs full capacity', () => {
    const world = atFirstStep({ steps: [weightStep(20)] });
    stall(world);
    world.ask('promote');
    world.run(minute);
    expect(world.rollout.status.phase).toBe('Promoting');
    expect(world.split).toMatchObject({ v2: 20 });
    world.healPods('v2');
    world.run(10_000);
    expect(world.split).toMatchObject({ v2: 100 });
    expect(world.violations).toEqual([]);
  });

  it('moves nobody past a split that the counted share does not fit (law 7), nor what is frozen', () => {
    const world = atFirstStep();
    world.pause();
    const action = world.ask('promote');
    world.run(minute);
    expect(answerOf(world, action)).toMatchObject({ state: 'Refused', reason: 'PausedBySpec' });
    expect(stepOf(world)).toBe(0);
    world.pause(false);
    world.run(1_000);
    expect(stepOf(world)).toBe(0);
  });
});

describe('a promote that comes late', () => {
  const refused = (target: object, reason: string, says: string) => {
    const world = atFirstStep();
    const action = world.ask('promote', { target });
    world.run(10_000);
    expect(answerOf(world, action)).toMatchObject({
      state: 'Refused',
      reason,
      message: expect.stringContaining(says),
    });
    expect(stepOf(world)).toBe(0);
    expect(world.events.map(({ reason }) => reason)).toContain(reason);
  };

  it('is refused: the step was left', () => {
    const world = atFirstStep();
    world.run(2.5 * minute);
    expect(stepOf(world)).toBe(1);
    const action = world.ask('promote', { target: { step: 0 } });
    world.run(10_000);
    expect(answerOf(world, action)).toMatchObject({
      state: 'Refused',
      reason: 'StepNotReached',
      message: 'step 0 was left already: rollout sentiment-1 stands at step 1',
    });
    expect(stepOf(world)).toBe(1);
  });

  it('is refused: the step is still to come', () => {
    refused({ step: 2 }, 'StepNotReached', 'step 2 is not reached yet');
  });

  it('is refused: it was about another rollout', () => {
    refused(
      { rollout: 'sentiment-7' },
      'RolloutNotRunning',
      'sentiment-7 is not the one that runs: sentiment-1',
    );
  });

  it('is refused: it was about a ModelDeployment of before', () => {
    refused({ uid: 'another' }, 'TargetReplaced', 'has uid uid, and the action is about another');
  });

  it.each([
    ['Preparing', 'no step is open yet', (world: TinyWorld) => world.breakPods('v2')],
    ['Promoting', 'is being promoted', stall],
    ['Baking', 'was promoted and bakes', () => {}],
  ])('is refused while %s', (phase, says, spoil) => {
    const world = new TinyWorld({ steps: [weightStep(10, 0)] }).run(minute);
    if (phase === 'Preparing') spoil(world);
    world.editSpec('v2');
    world.tick();
    if (phase === 'Promoting') spoil(world);
    world.run(10_000);
    expect(world.rollout.status.phase).toBe(phase);
    const action = world.ask('promote');
    world.run(1_000);
    expect(answerOf(world, action)).toMatchObject({
      state: 'Refused',
      reason: 'NotNow',
      message: expect.stringContaining(says),
    });
  });
});

describe('promote in full (S32, S36)', () => {
  it('skips what is left, asks no more analysis and holds nothing back', () => {
    const world = atFirstStep({ holdBack: 10 });
    const action = world.ask('promote', { full: true });
    world.run(10_000);
    expect(answerOf(world, action)).toMatchObject({
      state: 'Applied',
      message: expect.stringContaining('in full'),
    });
    expect(world.weights).toEqual([5, 100]);
    expect(world.rollout.status).toMatchObject({ phase: 'Baking', full: true });
    world.say('v2', 'Fail');
    world.run(30 * minute);
    expect(world.rollout.status.outcome).toBe('Promoted');
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
    expect(world.violations).toEqual([]);
  });

  it('needs full ready capacity all the same (law 1), and fails without it', () => {
    const world = atFirstStep();
    stall(world);
    world.ask('promote', { full: true });
    world.run(5 * minute);
    expect(world.rollout.status.phase).toBe('Promoting');
    expect(world.split).toMatchObject({ v1: 95 });
    world.run(10 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'ProgressDeadlineExceeded' });
    expect(world.violations).toEqual([]);
  });

  it.each(['weighted', 'replicaRatio'] as const)(
    'brings a blue-green from its preview to all pods before the one switch, by a %s router',
    (router) => {
      const preview = { kind: 'preview' as const, replicas: 1, holdMs: 60 * minute, maxHoldMs: 60 * minute };
      const world = new TinyWorld({
        router,
        replicas: 2,
        strategy: 'blueGreen',
        steps: [preview, { kind: 'pause' }],
      }).run(minute);
      world.editSpec('v2');
      world.run(10_000);
      expect(world.replicasOf('v2')).toBe(1);
      world.healPods('v2', 5_000);
      world.ask('promote', { full: true });
      world.run(3_000);
      expect([world.replicasOf('v2'), world.split['v2'] ?? 0]).toEqual([2, 0]);
      world.run(10_000);
      expect(world.weights).toEqual([100]);
      expect(world.violations).toEqual([]);
    },
  );

  it('is taken while the candidate prepares, once it stands in the route with ready pods', () => {
    const world = new TinyWorld({ analysis: true }).run(minute);
    world.healPods('v2', 20_000);
    world.editSpec('v2');
    world.run(5_000);
    const action = world.ask('promote', { full: true });
    world.run(1_000);
    expect(answerOf(world, action)?.state).toBe('Pending');
    world.run(minute);
    expect(answerOf(world, action)?.state).toBe('Applied');
    expect(world.weights).toEqual([100]);
    expect(world.violations).toEqual([]);
  });

  it('takes an aborted revision to everybody, without a step or an analysis', () => {
    const world = atFirstStep();
    world.ask('abort');
    world.run(minute);
    expect(world.rollout.status.outcome).toBe('Aborted');
    world.weights.length = 0;
    const action = world.ask('promote', { full: true });
    world.run(minute);
    expect(answerOf(world, action)).toMatchObject({ state: 'Applied', rollout: 'sentiment-2' });
    expect(world.rollout.spec.requestedBy).toMatchObject({ name: action.name, verb: 'promote' });
    expect(world.weights).toEqual([100]);
    world.run(30 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
    expect(world.violations).toEqual([]);
  });
});

describe('skip', () => {
  it('leaves a step that is not finished, and waits for the capacity of the next (law 1)', () => {
    const world = atFirstStep({ steps: [weightStep(5), weightStep(50), weightStep(75)] });
    stall(world);
    world.run(2.5 * minute);
    expect([stepOf(world), world.split['v2']]).toEqual([1, 5]);
    const action = world.ask('skip', { reason: 'no nodes' });
    world.run(10_000);
    expect(answerOf(world, action)).toMatchObject({ state: 'Applied', reason: 'SkippedByAction' });
    expect([stepOf(world), world.split['v2']]).toEqual([2, 5]);
    world.healPods('v2');
    world.run(10_000);
    expect(world.split).toMatchObject({ v2: 75 });
    expect(world.weights).not.toContain(50);
    expect(world.violations).toEqual([]);
  });

  it('does not leave a split that is not in force (law 7)', () => {
    const world = atFirstStep();
    world.lag(Infinity);
    world.run(2.5 * minute);
    expect(stepOf(world)).toBe(1);
    const action = world.ask('skip');
    world.run(10 * minute);
    expect([answerOf(world, action)?.state, stepOf(world)]).toEqual(['Pending', 1]);
    world.lag(0);
    world.run(1_000);
    expect(answerOf(world, action)?.state).toBe('Applied');
    expect(world.violations).toEqual([]);
  });

  it('ends a shadow at its last step, with what it knows', () => {
    const mirror = {
      kind: 'mirror' as const,
      percent: 100,
      durationMs: 60 * minute,
      minRequests: 0,
      maxHoldMs: 60 * minute,
    };
    const world = new TinyWorld({ strategy: 'shadow', steps: [mirror], end: 'stop' }).run(minute);
    world.editSpec('v2');
    world.run(10_000);
    const action = world.ask('skip');
    world.run(10_000);
    expect(world.rollout.status).toMatchObject({ outcome: 'Completed', reason: 'ShadowCompleted' });
    expect(answerOf(world, action)?.state).toBe('Applied');
  });
});

describe('pause and resume', () => {
  it('freeze a rollout with its traffic, and let it go on', () => {
    const world = atFirstStep();
    const pause = world.ask('pause', { by: 'bob', reason: 'lunch' });
    world.run(60 * minute);
    expect(world.split).toEqual({ v1: 95, v2: 5 });
    expect(world.status).toMatchObject({
      phase: 'Paused',
      message: expect.stringContaining('paused by bob (RolloutAction pause-1)'),
    });
    expect(world.rollout.status.pausedBy).toMatchObject({ name: 'pause-1', actor: { name: 'bob' } });
    expect(answerOf(world, pause)?.state).toBe('Applied');
    const resume = world.ask('resume');
    world.run(40 * minute);
    expect(answerOf(world, resume)?.state).toBe('Applied');
    expect(world.status?.phase).toBe('Healthy');
    expect(world.rollout.status.pausedBy).toBeUndefined();
    expect(world.violations).toEqual([]);
  });

  it('take a failing candidate back all the same', () => {
    const world = atFirstStep();
    world.ask('pause');
    world.run(minute);
    world.say('v2', 'Fail');
    world.run(15_000);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
  });

  it('outlive the status, which is only a view of the record (laws 12 and 20)', () => {
    const world = atFirstStep();
    world.ask('pause');
    world.run(minute);
    world.deleteStatus();
    world.run(30 * minute);
    expect(world.status?.phase).toBe('Paused');
    expect(stepOf(world)).toBe(0);
  });

  it('do not count for the progress deadline', () => {
    const world = atFirstStep({ steps: [weightStep(50)] });
    world.breakPods('v2');
    world.ask('pause');
    world.run(60 * minute);
    expect(world.rollout.status.phase).toBe('Stepping');
  });

  it('leave spec.paused to its owner, and say so', () => {
    const world = atFirstStep();
    world.pause();
    world.run(1_000);
    const early = world.ask('resume');
    world.run(1_000);
    expect(answerOf(world, early)).toMatchObject({ state: 'Refused', reason: 'PausedBySpec' });
    world.ask('pause');
    world.run(2_000);
    const late = world.ask('resume');
    world.run(1_000);
    expect(answerOf(world, late)).toMatchObject({
      state: 'Applied',
      message: expect.stringContaining('spec.paused is still true'),
    });
    world.run(10 * minute);
    expect(stepOf(world)).toBe(0);
  });

  it('are refused where there is nothing to pause or to resume', () => {
    const settled = new TinyWorld().run(minute);
    const [pause, resume] = [settled.ask('pause'), settled.ask('resume')];
    settled.run(1_000);
    expect([answerOf(settled, pause), answerOf(settled, resume)]).toEqual([
      expect.objectContaining({ state: 'Refused', reason: 'RolloutNotRunning' }),
      expect.objectContaining({ state: 'Refused', reason: 'NothingToDo' }),
    ]);
    const world = atFirstStep({ steps: [{ kind: 'pause' }] });
    const hint = world.ask('resume');
    world.run(1_000);
    expect(answerOf(world, hint)).toMatchObject({
      state: 'Refused',
      message: expect.stringContaining('another cause (PauseStep): promote leaves a step'),
    });
  });
});
