import { describe, expect, it } from '@jest/globals';
import { mostActions } from '../../api/model-rollout-status.ts';
import { initialRolloutStatus } from '../strategy/transitions.ts';
import { TinyWorld } from '../testing/tiny-world.ts';
import type { ActionView } from '../world.ts';
import { carriedOut, hasRoom, recordAction, requestInWords } from './recorded.ts';

const nowMs = Date.UTC(2026, 0, 1);
const world = new TinyWorld();
const pending = Array.from({ length: mostActions + 1 }, (_, index) =>
  world.ask('pause', { name: `p${index}` }),
);
const answered = (action: ActionView): ActionView => ({ ...action, status: { state: 'Applied' } });

/** The record after these actions were carried out, one after the other. */
const recordOf = (carried: readonly ActionView[], actions: readonly ActionView[]) =>
  carried.reduce(
    (status, action) => recordAction(status, { nowMs, actions: [...actions] }, action, 'done'),
    initialRolloutStatus('2026-01-01T00:00:00Z'),
  );

describe('the record of actions', () => {
  it('is bounded, and lets go of the oldest that has its answer first', () => {
    const actions = pending.map((action, index) => (index === 1 || index === 2 ? answered(action) : action));
    const uids = recordOf(pending, actions).actions?.map(({ uid }) => uid);
    expect(uids).toEqual(pending.map(({ uid }) => uid).filter((uid) => uid !== 'uid-p1'));
  });

  it('lets go of one that was deleted', () => {
    const uids = recordOf(pending, pending.slice(1)).actions?.map(({ uid }) => uid);
    expect(uids).toEqual(pending.slice(1).map(({ uid }) => uid));
  });

  it('never lets go of one that has no answer: then nothing more is carried out (law 12)', () => {
    const full = recordOf(pending.slice(1), pending);
    expect(full.actions).toHaveLength(mostActions);
    expect(hasRoom(full, pending)).toBe(false);
    expect(hasRoom(full, [...pending.slice(0, -1), answered(pending.at(-1)!)])).toBe(true);
  });

  it('is found by uid, never by name', () => {
    const rollout = { name: 'sentiment-1', spec: {} as never, status: recordOf([pending[0]!], pending) };
    expect(carriedOut([rollout], 'uid-p0')?.entry).toMatchObject({ message: 'done', step: 0 });
    expect(carriedOut([rollout], 'p0')).toBeUndefined();
  });

  it('says who asked, whether that is certain, and why', () => {
    const [verified, unverified] = [
      world.ask('pause', { name: 'a', by: 'alice', reason: 'lunch' }),
      world.ask('pause', { name: 'b', by: null }),
    ];
    expect(requestInWords(verified)).toBe('asked for by alice in RolloutAction a: lunch');
    expect(requestInWords(unverified)).toBe('asked for by unknown (unverified) in RolloutAction b');
  });
});
