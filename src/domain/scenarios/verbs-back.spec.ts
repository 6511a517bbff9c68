import { describe, expect, it } from '@jest/globals';
import { law15NothingToWrite } from '../testing/laws-of-runs.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

function atFirstStep(options: ConstructorParameters<typeof TinyWorld>[0] = {}): TinyWorld {
  const world = new TinyWorld({ analysis: true, ...options }).run(minute);
  world.editSpec('v2');
  return world.run(10_000);
}

/** All these versions were promoted, one after the other. */
function promoted(versions: string[], options: ConstructorParameters<typeof TinyWorld>[0] = {}): TinyWorld {
  const world = new TinyWorld({ analysis: true, bakeMs: minute, ...options }).run(minute);
  for (const version of versions) {
    world.editSpec(version);
    world.run(20 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision(version) } });
  }
  world.weights.length = 0;
  return world;
}

const answerOf = (world: TinyWorld, { name }: { name: string }) => world.actions.find(name)?.status;

describe.each(['weighted', 'replicaRatio'] as const)('abort, by a %s router', (router) => {
  it('takes everything back in the same pass, and leaves the revision alone', () => {
    const world = atFirstStep({ router });
    const action = world.ask('abort', { reason: 'complaints' });
    world.tick();
    expect(world.split['v1']).toBe(100);
    world.run(minute);
    expect(world.rollout.status).toMatchObject({
      phase: 'Ended',
      outcome: 'Aborted',
      reason: 'Aborted',
      remembered: true,
      message: expect.stringContaining('asked for by alice in RolloutAction abort-1: complaints'),
    });
    expect(answerOf(world, action)).toMatchObject({
      state: 'Applied',
      reason: 'Aborted',
      rollout: 'sentiment-1',
    });
    expect(world.status).toMatchObject({ phase: 'RolledBack', stable: { revision: world.revision('v1') } });
    world.run(10 * minute);
    expect([world.rollouts.length, world.replicasOf('v2')]).toEqual([1, 0]);
    world.editSpec('v3');
    world.run(40 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v3') } });
    expect(world.violations).toEqual([]);
  });

  it('gives users back to the previous revision, also during the bake (S15)', () => {
    const world = atFirstStep({ router });
    world.run(7 * minute);
    expect(world.rollout.status.phase).toBe('Baking');
    world.ask('abort');
    world.tick();
    expect(world.split['v1']).toBe(100);
    world.run(5 * minute);
    expect(world.status).toMatchObject({ phase: 'RolledBack', stable: { revision: world.revision('v1') } });
    expect(world.violations).toEqual([]);
  });
});

describe('abort', () => {
  it('returns step by step where the stable was made smaller by choice (law 5)', () => {
    const world = atFirstStep({ stableScale: 'follow' });
    world.run(6 * minute);
    world.healPods('v1', 20_000);
    const action = world.ask('abort');
    const second = world.ask('abort', { by: 'bob' });
    world.run(1_000);
    expect(world.rollout.status.phase).toBe('Returning');
    expect(answerOf(world, action)?.state).toBe('Applied');
    expect(answerOf(world, second)).toMatchObject({ state: 'Refused', reason: 'NotNow' });
    world.run(5 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'Aborted', remembered: true });
    expect(world.violations).toEqual([]);
  });

  it('has no effect before the first and after a finished rollout, and says so (S14)', () => {
    const before = new TinyWorld().run(minute);
    const early = before.ask('abort', { target: { rollout: 'sentiment-1' } });
    before.run(1_000);
    expect(answerOf(before, early)).toMatchObject({
      state: 'Refused',
      reason: 'RolloutNotRunning',
      message: 'rollout sentiment-1 is not the one that runs: there was none yet',
    });
    const world = promoted(['v2']);
    const late = world.ask('abort');
    world.run(1_000);
    expect(answerOf(world, late)).toMatchObject({
      state: 'Refused',
      message: 'no rollout is running: sentiment-1 ended as Promoted',
    });
    expect(world.status?.phase).toBe('Healthy');
  });

  it('waits for the record: only a Fail moves traffic without one (law 13)', () => {
    const world = atFirstStep();
    world.ask('abort');
    expect(world.tick({ failRecord: true }).writes).toEqual([]);
    expect(world.split).toEqual({ v1: 95, v2: 5 });
  });

  it('is about the whole rollout: a step that was left meanwhile does not matter', () => {
    const world = atFirstStep();
    world.ask('abort', { target: { step: 7 } });
    world.tick();
    expect(world.split).toEqual({ v1: 100, v2: 0 });
  });

  it('takes a candidate back whose spec is paused', () => {
    const world = atFirstStep();
    world.pause();
    world.run(1_000);
    world.ask('abort');
    world.tick();
    expect(world.split).toEqual({ v1: 100, v2: 0 });
  });
});

describe('retry', () => {
  it.each([
    ['failed (S3)', (world: TinyWorld) => world.say('v2', 'Fail')],
    ['was aborted', (world: TinyWorld) => void world.ask('abort')],
  ])('tries a revision again that %s, from the first step', (_what, spoil) => {
    const world = atFirstStep();
    spoil(world);
    world.run(minute);
    expect(world.status?.phase).toBe('RolledBack');
    world.say('v2', 'Pass');
    const action = world.ask('retry', { by: 'bob' });
    world.run(10_000);
    expect(answerOf(world, action)).toMatchObject({
      state: 'Applied',
      reason: 'Retried',
      rollout: 'sentiment-1',
    });
    expect(world.rollouts[0]!.status).toMatchObject({
      remembered: false,
      decisions: expect.arrayContaining([
        expect.objectContaining({ action: 'Retried', message: expect.stringContaining('bob') }),
      ]),
    });
    expect(world.rollout).toMatchObject({ name: 'sentiment-2', status: { step: { index: 0 } } });
    world.run(40 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
    expect(world.violations).toEqual([]);
  });

  it('is refused while a rollout runs, and where nothing failed', () => {
    const world = atFirstStep();
    const early = world.ask('retry');
    world.run(1_000);
    expect(answerOf(world, early)).toMatchObject({ state: 'Refused', reason: 'NotNow' });
    world.run(40 * minute);
    const late = world.ask('retry');
    world.run(1_000);
    expect(answerOf(world, late)).toMatchObject({
      state: 'Refused',
      reason: 'NothingToDo',
      message: expect.stringContaining('is the stable one'),
    });
  });
});

describe('rollback', () => {
  it.each(['weighted', 'replicaRatio'] as const)(
    'goes back to the previous revision at once, and stays there, by a %s router',
    (router) => {
      const world = promoted(['v2'], { router });
      const action = world.ask('rollback', { reason: 'night shift' });
      world.run(minute);
      expect(world.split['v1']).toBe(100);
      expect(world.weights).toEqual([100]);
      expect(answerOf(world, action)).toMatchObject({
        state: 'Applied',
        reason: 'RolledBackByAction',
        rollout: 'sentiment-2',
      });
      expect(world.rollout.spec).toMatchObject({
        insteadOf: world.revision('v2'),
        requestedBy: {
          name: 'rollback-1',
          uid: 'uid-rollback-1',
          verb: 'rollback',
          actor: { name: 'alice' },
        },
      });
      world.run(60 * minute);
      expect(world.status).toMatchObject({
        phase: 'RolledBack',
        stable: { revision: world.revision('v1') },
        message: expect.stringContaining('until the spec asks for another one or somebody says resume'),
      });
      expect([world.rollouts.length, world.replicasOf('v2'), world.replicasOf('v1')]).toEqual([2, 0, 4]);
      expect(world.events.map(({ message }) => message).join('\n')).toContain(
        'RolloutAction rollback-1: night shift',
      );
      expect(world.violations).toEqual([]);
    },
  );

  it('lets go of the revision of the spec by resume', () => {
    const world = promoted(['v2']);
    world.ask('rollback');
    world.run(5 * minute);
    const action = world.ask('resume');
    world.run(60 * minute);
    expect(answerOf(world, action)).toMatchObject({ state: 'Applied', reason: 'ResumedByAction' });
    expect(world.weights).toEqual([100, 0, 5, 25, 50, 100]);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
    expect(world.violations).toEqual([]);
  });

  it('ends with the next change of the spec', () => {
    const world = promoted(['v2']);
    world.ask('rollback');
    world.run(5 * minute);
    world.editSpec('v3');
    world.run(40 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v3') } });
    expect(world.rollout.spec).toMatchObject({ from: { revision: world.revision('v1') } });
    expect(world.violations).toEqual([]);
  });

  it('goes through every gate to a revision outside of the window', () => {
    const world = promoted(['v2', 'v3'], { rollbackWindow: 1 });
    world.ask('rollback', { revision: world.revision('v1') });
    world.run(40 * minute);
    expect(world.weights).toEqual([5, 25, 50, 100]);
    expect(world.status).toMatchObject({ phase: 'RolledBack', stable: { revision: world.revision('v1') } });
    expect(world.violations).toEqual([]);
  });

  it('is superseded in the middle by a change of the spec', () => {
    const world = promoted(['v2', 'v3'], { rollbackWindow: 0 });
    world.ask('rollback');
    world.run(2.5 * minute);
    expect(world.split).toMatchObject({ v3: 75, v2: 25 });
    world.editSpec('v4');
    world.tick();
    expect(world.rollouts.at(-1)?.status.outcome).toBe('Superseded');
    world.run(40 * minute);
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v4') } });
    expect(world.violations).toEqual([]);
  });

  it('ends a running rollout in one write, and is that rollback', () => {
    const world = atFirstStep();
    const action = world.ask('rollback');
    world.tick();
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    world.run(10 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'RolledBackByAction' });
    expect(answerOf(world, action)).toMatchObject({ state: 'Applied', rollout: 'sentiment-1' });
    expect([world.status?.phase, world.rollouts.length]).toEqual(['RolledBack', 1]);
    const resume = world.ask('resume');
    world.run(40 * minute);
    expect(answerOf(world, resume)?.state).toBe('Applied');
    expect(world.status).toMatchObject({ stable: { revision: world.revision('v2') } });
    expect(world.violations).toEqual([]);
  });

  it('to another revision ends the running rollout first', () => {
    const world = promoted(['v2']);
    world.editSpec('v3');
    world.run(10_000);
    expect(world.split).toMatchObject({ v2: 95, v3: 5 });
    const action = world.ask('rollback', { revision: world.revision('v1') });
    world.tick();
    expect(world.split).toMatchObject({ v2: 100 });
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'RolledBackByAction' });
    expect(answerOf(world, action)?.state).toBe('Pending');
    world.run(minute);
    expect(answerOf(world, action)).toMatchObject({ state: 'Applied', rollout: 'sentiment-3' });
    expect(world.split).toMatchObject({ v1: 100 });
    world.run(10 * minute);
    expect(world.status).toMatchObject({ phase: 'RolledBack', stable: { revision: world.revision('v1') } });
    expect(world.violations).toEqual([]);
  });

  it('needs ready pods of the revision (law 1), and fails without them', () => {
    const world = promoted(['v2']);
    world.breakPods('v1');
    world.ask('rollback');
    world.run(9 * minute);
    expect(world.split).toMatchObject({ v2: 100 });
    world.run(5 * minute);
    expect(world.rollout.status).toMatchObject({ outcome: 'Failed' });
    expect(world.status).toMatchObject({ phase: 'Healthy', stable: { revision: world.revision('v2') } });
    world.run(5 * minute);
    expect(law15NothingToWrite(world)).toBeUndefined();
    expect(world.violations).toEqual([]);
  });

  it.each([
    ['nothing that users had is kept', {}, 'RevisionNotKept', 'no revision that users had before is kept'],
    ['the revision is unknown', { revision: 'bcdfghjklm' }, 'RevisionNotKept', 'bcdfghjklm is not kept'],
  ])('is refused where %s', (_what, asked, reason, message) => {
    const world = new TinyWorld().run(minute);
    const action = world.ask('rollback', asked);
    world.run(1_000);
    expect(answerOf(world, action)).toMatchObject({
      state: 'Refused',
      reason,
      message: expect.stringContaining(message),
    });
  });

  it('is refused to the stable revision, to the candidate, and while spec.paused would keep it from moving', () => {
    const world = promoted(['v2']);
    const toStable = world.ask('rollback', { revision: world.revision('v2') });
    world.pause();
    const paused = world.ask('rollback');
    world.run(1_000);
    expect([answerOf(world, toStable)?.reason, answerOf(world, paused)?.reason]).toEqual([
      'NothingToDo',
      'PausedBySpec',
    ]);
    world.pause(false);
    world.editSpec('v3');
    world.run(10_000);
    const toCandidate = world.ask('rollback', { revision: world.revision('v3') });
    world.run(1_000);
    expect(answerOf(world, toCandidate)?.reason).toBe('NotNow');
  });

  it('finds nothing to go back from before anything was served', () => {
    const world = new TinyWorld();
    world.breakPods('v1');
    world.run(1_000);
    const action = world.ask('rollback');
    world.run(1_000);
    expect(answerOf(world, action)).toMatchObject({ state: 'Refused', reason: 'NothingToDo' });
  });
});
