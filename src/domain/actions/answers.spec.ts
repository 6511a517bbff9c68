import { describe, expect, it } from '@jest/globals';
import { mostActions } from '../../api/model-rollout-status.ts';
import { decide } from '../decide.ts';
import { law15NothingToWrite } from '../testing/laws-of-runs.ts';
import { TinyWorld } from '../testing/tiny-world.ts';
import { answerOrphans } from './answers.ts';
import { pendingOf } from './docket.ts';

const minute = 60_000;
const hour = 60 * minute;

function atFirstStep(): TinyWorld {
  const world = new TinyWorld({ analysis: true, steps: [{ kind: 'pause' }] }).run(minute);
  world.editSpec('v2');
  return world.run(10_000);
}

describe('an action', () => {
  it('says how it fares in conditions that kstatus reads', () => {
    const world = atFirstStep();
    world.lag(Infinity);
    world.deleteRoute();
    world.ask('pause', { name: 'applied' });
    world.ask('resume', { name: 'refused', target: { uid: 'x' } });
    world.ask('promote', { name: 'pending', full: true, by: 'bob' });
    world.ask('retry', { name: 'expired', ttlMs: 0 });
    world.run(1_000);
    const said = (name: string) =>
      world.actions.find(name)?.status?.conditions?.map(({ type, status }) => `${type} ${status}`);
    expect(said('applied')).toEqual(['Ready True', 'Reconciling False', 'Stalled False']);
    expect(said('refused')).toEqual(['Ready False', 'Reconciling False', 'Stalled True']);
    expect(world.actions.find('refused')?.status?.observedGeneration).toBe(1);
  });

  it('that waits says the same as long as it waits, and expires after its ttl', () => {
    const world = atFirstStep();
    world.lag(Infinity);
    world.deleteRoute();
    world.run(1_000);
    const { name } = world.ask('promote', { ttlMs: hour });
    world.run(1_000);
    expect(world.actions.find(name)?.status).toMatchObject({ state: 'Pending', reason: 'ActionPending' });
    const { status } = world.actions.find(name)!;
    world.run(30 * minute);
    expect(world.actions.find(name)?.status).toBe(status);
    world.run(30 * minute);
    expect(world.actions.find(name)?.status).toMatchObject({ state: 'Expired', reason: 'ActionExpired' });
    world.lag(0);
    world.run(minute);
    expect(world.rollout.status.step.index).toBe(0);
    expect(world.events.map(({ message }) => message)).toContain(
      `RolloutAction ${name} (promote): it could not be carried out within its ttl`,
    );
  });

  it('that comes from before its ttl is never carried out, however late somebody looks', () => {
    const world = atFirstStep();
    world.ask('promote', { name: 'old', createdAtMs: world.nowMs - 2 * hour, ttlMs: hour });
    world.run(1_000);
    expect(world.actions.states).toEqual(['old Expired']);
    expect(world.rollout.status.step.index).toBe(0);
  });

  it('is given to its ModelDeployment, and deleted when its ttl is over; between the two nothing is written (law 15)', () => {
    const world = atFirstStep();
    const { name } = world.ask('abort', { ttlMs: 24 * hour });
    world.run(10 * minute);
    expect(world.actions.find(name)).toMatchObject({ owned: true, status: { state: 'Applied' } });
    const { decision, writes } = world.tick();
    expect(writes).toEqual([]);
    expect(decision.requeueAfterMs).toBeGreaterThan(23 * hour);
    world.run(24 * hour);
    expect(world.actions.find(name)).toBeUndefined();
    expect(law15NothingToWrite(world)).toBeUndefined();
  });

  it('whose status is lost is answered again, and not carried out again', () => {
    const world = atFirstStep();
    const action = world.ask('pause');
    world.run(1_000);
    const { status } = world.actions.find(action.name)!;
    world.actions.carryOut({ kind: 'answer', name: action.name, status: {} });
    world.run(1_000);
    expect(world.actions.find(action.name)?.status).toMatchObject({
      state: 'Applied',
      decidedAt: status?.decidedAt,
    });
    expect(world.rollout.status.decisions?.filter(({ action: what }) => what === 'Paused')).toHaveLength(1);
  });

  it('is carried out once, also when the log has long forgotten it', () => {
    const world = atFirstStep();
    const first = world.ask('pause', { name: 'first' });
    world.run(1_000);
    for (let turn = 0; turn < mostActions; turn += 1) {
      world.ask(turn % 2 === 0 ? 'resume' : 'pause', { createdAtMs: world.nowMs + 1_000 });
      world.run(2_000);
    }
    expect(world.rollout.status.actions).toHaveLength(mostActions);
    expect(world.rollout.status.decisions).not.toContainEqual(
      expect.objectContaining({ requestedBy: { name: 'first' } }),
    );
    // Its own answer stands, so that it needs no place in the record.
    expect(world.actions.find(first.name)?.status?.state).toBe('Applied');
    expect(world.violations).toEqual([]);
  });

  it('about nothing is refused, and goes after its ttl', () => {
    const world = new TinyWorld();
    const action = world.ask('pause', { ttlMs: hour });
    const { nowMs } = world;
    const [answer] = answerOrphans([action], nowMs).intents;
    expect(answer).toMatchObject({
      kind: 'answer',
      status: {
        state: 'Refused',
        reason: 'TargetNotFound',
        message: 'there is no ModelDeployment sentiment in this namespace',
      },
    });
    const status = answer?.kind === 'answer' ? answer.status : undefined;
    const refused = { ...action, status };
    expect(answerOrphans([refused], nowMs + hour - 1)).toMatchObject({ nextAtMs: nowMs + hour });
    expect(answerOrphans([refused], nowMs + hour).intents).toEqual([{ kind: 'delete', name: action.name }]);
  });
});

describe('the docket', () => {
  it('hears by precedence, then by time, then by name', () => {
    const world = atFirstStep();
    const at = world.nowMs;
    for (const verb of ['retry', 'promote', 'abort', 'pause', 'rollback', 'skip', 'resume'] as const)
      world.ask(verb, { name: verb, createdAtMs: at });
    world.ask('promote', { name: 'full', full: true, createdAtMs: at - 9_000 });
    world.ask('promote', { name: 'before', createdAtMs: at - 1_000 });
    world.ask('pause', { name: 'a-pause', createdAtMs: at });
    expect(pendingOf(world.actions.views()).map(({ name }) => name)).toEqual([
      'abort',
      'rollback',
      'a-pause',
      'pause',
      'resume',
      'before',
      'promote',
      'skip',
      'retry',
      'full',
    ]);
  });

  it('is not changed by being heard (law 14)', () => {
    const world = atFirstStep();
    world.ask('promote');
    world.ask('abort');
    const gathered = world.gather();
    const before = JSON.stringify(gathered);
    expect(JSON.stringify(decide(gathered))).toBe(JSON.stringify(decide(gathered)));
    expect(JSON.stringify(gathered)).toBe(before);
  });
});
