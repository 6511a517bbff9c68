import { describe, expect, it } from '@jest/globals';
import { TinyWorld } from '../testing/tiny-world.ts';

const minute = 60_000;

function rollingOut(): TinyWorld {
  const world = new TinyWorld({ analysis: true }).run(minute);
  world.editSpec('v2');
  return world.run(3 * minute);
}

function said(world: TinyWorld): string[] {
  return (world.rollout.status.conditions ?? []).map(({ type, status }) => `${type} ${status}`);
}

const inProgress = ['Ready False', 'Reconciling True', 'Stalled False'];
const current = ['Ready True', 'Reconciling False', 'Stalled False'];
const failed = ['Ready False', 'Reconciling False', 'Stalled True'];

describe('the conditions of a record', () => {
  it('say that it is on its way, and why it stands still', () => {
    const world = rollingOut();
    expect(said(world)).toEqual(inProgress);
    world.pause();
    world.run(1_000);
    expect(said(world)).toEqual(inProgress);
    expect(world.rollout.status.conditions![0]).toMatchObject({ reason: 'PausedBySpec' });
  });

  it('say that the revision was promoted', () => {
    expect(said(rollingOut().run(60 * minute))).toEqual(current);
  });

  it('say that the revision was taken back, and keep the time of it', () => {
    const world = rollingOut();
    world.say('v2', 'Fail');
    world.run(minute);
    expect(said(world)).toEqual(failed);
    const { conditions } = world.rollout.status;
    world.run(30 * minute);
    expect(world.rollout.status.conditions).toEqual(conditions);
  });

  it('do not call it a failure when the user went back', () => {
    const world = rollingOut();
    world.editSpec('v1');
    world.run(minute);
    expect(world.rollout.status.outcome).toBe('RolledBack');
    expect(said(world)).toEqual(current);
  });
});
