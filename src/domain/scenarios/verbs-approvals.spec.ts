import { describe, expect, it } from '@jest/globals';
import { weightStep } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

/** A rollout of v2 that stands at a pause with two approvals, at 10 %. */
function waiting(): TinyWorld {
  const world = new TinyWorld({
    steps: [weightStep(10, 0), { kind: 'pause', approvals: 2 }, weightStep(50)],
    analysis: true,
  }).run(minute);
  world.editSpec('v2');
  world.run(30_000);
  expect(world.rollout.status.step.index).toBe(1);
  return world;
}

const answerOf = (world: TinyWorld, { name }: { name: string }) => world.actions.find(name)?.status;

describe('a pause with approvals', () => {
  it('is left when two different people have promoted, and says who has', () => {
    const world = waiting();
    expect(world.status).toMatchObject({
      phase: 'Paused',
      message: expect.stringContaining('0 of 2 approvals'),
    });
    const first = world.ask('promote', { by: 'alice' });
    world.run(60 * minute);
    expect(answerOf(world, first)).toMatchObject({
      state: 'Applied',
      message: '1 of 2 approvals (by alice)',
    });
    expect(world.status?.message).toContain('1 of 2 approvals (by alice)');
    expect(world.status?.conditions?.find(({ type }) => type === 'Paused')?.reason).toBe(
      'WaitingForApproval',
    );
    expect(world.rollout.status.step.index).toBe(1);
    const second = world.ask('promote', { by: 'bob' });
    world.run(1_000);
    expect(answerOf(world, second)).toMatchObject({
      state: 'Applied',
      message: '2 of 2 approvals (by alice, bob)',
    });
    expect(world.rollout.status.step.index).toBe(2);
    expect(world.split).toMatchObject({ v2: 50 });
    expect(world.violations).toEqual([]);
  });

  it('counts nobody twice', () => {
    const world = waiting();
    world.ask('promote', { by: 'alice' });
    const again = world.ask('promote', { by: 'alice' });
    world.run(minute);
    expect(answerOf(world, again)).toMatchObject({
      state: 'Refused',
      reason: 'ApprovedAlready',
      message: 'alice has approved already: 1 of 2 approvals (by alice)',
    });
    expect(world.rollout.status.step.index).toBe(1);
  });

  it('takes two that come in the same pass, and refuses a third', () => {
    const world = waiting();
    const asked = ['alice', 'bob', 'carol'].map((by) => world.ask('promote', { by }));
    world.run(1_000);
    expect(asked.map((one) => answerOf(world, one)?.state)).toEqual(['Applied', 'Applied', 'Refused']);
    expect(world.rollout.status.step.index).toBe(2);
  });

  it('needs to know who approves', () => {
    const world = waiting();
    const action = world.ask('promote', { by: null });
    world.run(1_000);
    expect(answerOf(world, action)).toMatchObject({ state: 'Refused', reason: 'ApproverUnknown' });
  });

  it.each([
    ['skip', {}],
    ['promote', { full: true }],
  ] as const)('is no way around: %s %j is refused here', (verb, more) => {
    const world = waiting();
    const action = world.ask(verb, more);
    world.run(1_000);
    expect(answerOf(world, action)).toMatchObject({ state: 'Refused', reason: 'ApprovalNeeded' });
    expect(world.rollout.status.step.index).toBe(1);
  });

  it('stands in the way of a promotion in full from before it, and of one after an abort', () => {
    const world = new TinyWorld({ steps: [weightStep(10), { kind: 'pause', approvals: 2 }] }).run(minute);
    world.editSpec('v2');
    world.run(10_000);
    const early = world.ask('promote', { full: true });
    world.ask('abort', { by: 'bob', createdAtMs: world.nowMs + 1_000 });
    world.run(1_000);
    const late = world.ask('promote', { full: true });
    world.run(1_000);
    expect(answerOf(world, late)).toMatchObject({ state: 'Refused', reason: 'ApprovalNeeded' });
    expect(answerOf(world, early)?.state).toBe('Refused');
    expect(world.rollouts).toHaveLength(1);
  });

  it('still ends by a Fail, and by an abort', () => {
    const world = waiting();
    world.ask('promote', { by: 'alice' });
    world.ask('abort', { by: 'bob' });
    world.run(1_000);
    expect(world.rollout.status.outcome).toBe('Aborted');
  });
});
