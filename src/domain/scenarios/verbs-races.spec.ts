import { describe, expect, it } from '@jest/globals';
import { type Asked } from '../testing/tiny-actions.ts';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;
type Verb = Parameters<TinyWorld['ask']>[0];

function atFirstStep(options: ConstructorParameters<typeof TinyWorld>[0] = {}): TinyWorld {
  const world = new TinyWorld({ analysis: true, ...options }).run(minute);
  world.editSpec('v2');
  return world.run(10_000);
}

const stepOf = (world: TinyWorld) => world.rollout.status.step.index;
const stateOf = (world: TinyWorld, name: string) => {
  const status = world.actions.find(name)?.status;
  return status?.state === 'Applied' ? 'Applied' : `${status?.state} ${status?.reason}`;
};

/** Two actions that are pending in the same pass: which is made first, and which name sorts first, decides nothing. */
const races: [Verb, Verb, Asked, string[]][] = [
  ['abort', 'promote', {}, ['Applied', 'Refused RolloutNotRunning']],
  ['abort', 'pause', {}, ['Applied', 'Refused RolloutNotRunning']],
  ['abort', 'rollback', {}, ['Applied', 'Refused RevisionNotKept']],
  ['abort', 'skip', {}, ['Applied', 'Refused RolloutNotRunning']],
  ['abort', 'retry', {}, ['Applied', 'Applied']],
  ['rollback', 'pause', {}, ['Applied', 'Refused RolloutNotRunning']],
  ['rollback', 'promote', { full: true }, ['Applied', 'Refused RolloutNotRunning']],
  ['pause', 'promote', {}, ['Applied', 'Refused PausedByAction']],
  ['pause', 'skip', {}, ['Applied', 'Refused PausedByAction']],
  ['pause', 'promote', { full: true }, ['Applied', 'Refused PausedByAction']],
  ['pause', 'resume', {}, ['Applied', 'Refused NothingToDo']],
  ['promote', 'skip', {}, ['Applied', 'Refused StepNotReached']],
  ['promote', 'promote', {}, ['Applied', 'Refused StepNotReached']],
  ['promote', 'promote', { full: true }, ['Applied', 'Refused StepNotReached']],
  ['skip', 'promote', { full: true }, ['Applied', 'Refused StepNotReached']],
];

describe.each(races)('%s beside %s %j', (winner, loser, more, expected) => {
  it.each([
    ['made first', 'a', 'b', [0, 1]],
    ['made last', 'b', 'a', [1, 0]],
  ])('has the same end when the first is %s', (_what, winnerName, loserName, order) => {
    const world = atFirstStep();
    const asks = [
      () => world.ask(winner, { name: `${winnerName}-${winner}` }),
      () => world.ask(loser, { name: `${loserName}-${loser}`, by: 'bob', ...more }),
    ];
    const names = order.map((index) => asks[index]!().name);
    if (order[0] === 1) names.reverse();
    world.tick();
    const moved = stepOf(world);
    world.run(5_000);
    const states = names.map((name) => stateOf(world, name));
    // Two of the same kind: the one that comes first by name.
    if (winner === loser && !more.full && order[0] === 1) states.reverse();
    expect(states).toEqual(expected);
    expect(moved).toBeLessThanOrEqual(1);
    expect(world.violations).toEqual([]);
  });
});

describe('a verb beside an automatic decision of the same pass', () => {
  it.each(['promote', 'skip'] as const)('%s: a Fail comes first', (verb) => {
    const world = atFirstStep().run(5_000);
    world.say('v2', 'Fail');
    world.ask(verb, { name: 'late' });
    world.tick();
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    world.run(1_000);
    expect(world.rollout.status).toMatchObject({ outcome: 'RolledBack', reason: 'AnalysisFailed' });
    expect(stateOf(world, 'late')).toBe('Refused RolloutNotRunning');
  });

  it('abort comes before a Fail, and traffic moves even without the record (law 13)', () => {
    const world = atFirstStep().run(5_000);
    world.say('v2', 'Fail');
    world.ask('abort', { name: 'word' });
    world.tick({ failRecord: true });
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    world.run(minute);
    expect(world.rollout.status.outcome).toBe('Aborted');
    expect(stateOf(world, 'word')).toBe('Applied');
    expect(world.violations).toEqual([]);
  });

  it('a pause does not keep a Fail from taking the candidate back', () => {
    const world = atFirstStep().run(5_000);
    world.say('v2', 'Fail');
    world.ask('pause', { name: 'word' });
    world.run(1_000);
    expect(world.split).toEqual({ v1: 100, v2: 0 });
    expect(stateOf(world, 'word')).toBe('Refused RolloutNotRunning');
  });

  it.each([
    ['in the pass in which the gate passes', 0, 'Applied', 1],
    ['after the gate has passed', 1_000, 'Refused StepNotReached', 1],
  ])('promote %s moves by one step', (_what, lateMs, state, step) => {
    const world = atFirstStep({ steps: [weightStep(5), weightStep(25), weightStep(50)] });
    const { enteredAt } = world.rollout.status.step;
    const leavesAtMs = Date.parse(world.rollout.status.step.appliedAt ?? enteredAt) + 2 * minute;
    world.run(leavesAtMs - world.nowMs - 1);
    expect(stepOf(world)).toBe(0);
    world.cluster.advanceTo(leavesAtMs);
    if (lateMs > 0) world.run(lateMs);
    world.ask('promote', { name: 'word', target: { step: 0 } });
    world.run(20_000);
    expect([stateOf(world, 'word'), stepOf(world)]).toEqual([state, step]);
  });

  it('promote is refused when pods are lost in the same pass and the weight goes down, until it stands again', () => {
    const world = atFirstStep({ steps: [weightStep(50), weightStep(75)] });
    world.healPods('v2', 20_000);
    world.killPods('v2', 2);
    world.ask('promote', { name: 'word' });
    world.tick();
    expect([stepOf(world), stateOf(world, 'word')]).toEqual([0, 'Pending ActionPending']);
    world.run(minute);
    expect([stepOf(world), stateOf(world, 'word')]).toEqual([1, 'Applied']);
    expect(world.violations).toEqual([]);
  });

  it('an edit of the spec comes before every word', () => {
    const world = atFirstStep();
    world.ask('promote', { name: 'word' });
    world.editSpec('v3');
    world.run(1_000);
    expect(world.rollouts[0]!.status.outcome).toBe('Superseded');
    expect(stateOf(world, 'word')).toBe('Refused RolloutNotRunning');
  });
});

describe('pause and resume of different seconds', () => {
  it('go by the order in which they were made, also in one pass', () => {
    const world = atFirstStep();
    const now = Math.floor(world.nowMs / 1_000) * 1_000;
    world.ask('pause', { name: 'first', createdAtMs: now - 2_000 });
    world.ask('resume', { name: 'second', createdAtMs: now - 1_000 });
    world.tick();
    expect(world.rollout.status.pausedBy).toBeUndefined();
    world.ask('resume', { name: 'third', createdAtMs: now });
    world.ask('pause', { name: 'fourth', createdAtMs: now + 1_000 });
    world.run(1_000);
    expect(world.rollout.status.pausedBy?.name).toBe('fourth');
    expect(['first', 'second', 'third', 'fourth'].map((name) => stateOf(world, name))).toEqual([
      'Applied',
      'Applied',
      'Refused NothingToDo',
      'Applied',
    ]);
  });
});

describe('pause and resume of one second', () => {
  /** Names that would put them in the wrong order, if names were one. */
  const [pause, resume] = ['z-pause', 'a-resume'];
  const asked = (world: TinyWorld, verb: 'pause' | 'resume') => {
    const createdAtMs = Math.floor(world.nowMs / 1_000) * 1_000;
    return world.ask(verb, { name: verb === 'pause' ? pause : resume, createdAtMs });
  };
  const endOf = (world: TinyWorld) => [
    world.rollout.status.pausedBy?.name,
    stateOf(world, pause),
    stateOf(world, resume),
  ];
  const lasting = () => atFirstStep({ steps: [weightStep(5, 30 * minute, 60 * minute)] });

  it('resume after the pause was applied: the rollout goes on', () => {
    const world = lasting();
    asked(world, 'pause');
    world.tick();
    expect(world.rollout.status.pausedBy?.name).toBe(pause);
    asked(world, 'resume');
    world.run(0);
    expect(endOf(world)).toEqual([undefined, 'Applied', 'Applied']);
  });

  it('pause after the resume was refused: the rollout stands still', () => {
    const world = lasting();
    asked(world, 'resume');
    world.tick();
    asked(world, 'pause');
    world.run(0);
    expect(endOf(world)).toEqual([pause, 'Applied', 'Refused NothingToDo']);
  });

  it('heard in one pass: the one that stops counts', () => {
    const world = lasting();
    asked(world, 'pause');
    asked(world, 'resume');
    world.run(0);
    expect(endOf(world)).toEqual([pause, 'Applied', 'Refused NothingToDo']);
  });

  it('heard in one pass that is killed before it answers: the same end (law 12)', () => {
    for (let stopAfterWrites = 1; stopAfterWrites < 4; stopAfterWrites += 1) {
      const world = lasting();
      asked(world, 'pause');
      asked(world, 'resume');
      world.tick({ stopAfterWrites });
      world.run(0);
      expect([stopAfterWrites, ...endOf(world)]).toEqual([
        stopAfterWrites,
        pause,
        'Applied',
        'Refused NothingToDo',
      ]);
    }
  });

  it('resume that comes while the pause waits for its answer: the rollout goes on', () => {
    const world = lasting();
    asked(world, 'pause');
    world.tick({ stopAfterWrites: 1 });
    expect([world.rollout.status.pausedBy?.name, stateOf(world, pause)]).toEqual([
      pause,
      'undefined undefined',
    ]);
    asked(world, 'resume');
    world.run(0);
    expect(endOf(world)).toEqual([undefined, 'Applied', 'Applied']);
  });

  it('again and again: the last one counts', () => {
    const world = lasting();
    const createdAtMs = Math.floor(world.nowMs / 1_000) * 1_000;
    for (const turn of [3, 2, 1]) {
      world.ask('pause', { name: `pause-of-turn-${turn}`, createdAtMs });
      world.run(0);
      expect(world.rollout.status.pausedBy?.name).toBe(`pause-of-turn-${turn}`);
      world.ask('resume', { name: `resume-of-turn-${turn}`, createdAtMs });
      world.run(0);
      expect(world.rollout.status.pausedBy).toBeUndefined();
    }
    expect(world.actions.states.every((state) => state.endsWith('Applied'))).toBe(true);
  });
});
