import { describe, expect, it } from '@jest/globals';
import type { NoticeKind } from '../../api/notification.ts';
import type { TinyOptions } from '../testing/tiny-spec.ts';
import { TinyWorld } from '../testing/tiny-world.ts';
import { decide } from '../decide.ts';
import { noteNotifications } from './note-notifications.ts';
import { noticesOf } from './notices.ts';
import type { Mark, Notice, TargetView } from './notice.ts';

const minute = 60_000;
const all: NoticeKind[] = [
  'Started',
  'StepEntered',
  'WeightRaised',
  'Paused',
  'Resumed',
  'Baking',
  'Promoted',
  'RolledBack',
];

/** A target that takes everything at once, or nothing. */
class Receiver {
  readonly taken: Notice[] = [];
  readonly view: TargetView;
  readonly #world: TinyWorld;

  constructor(world: TinyWorld, view: TargetView = { name: 'team', events: all }) {
    this.#world = world;
    this.view = view;
    world.targets = [view];
  }

  /** Passes until nothing more is to be sent. */
  listen(): this {
    for (let pass = 0; pass < 20; pass += 1) {
      const { decision, writes } = this.#world.tick();
      const notices = decision.dispatches?.[0]?.notices ?? [];
      if (notices.length === 0 && writes.length === 0) return this;
      for (const notice of notices) {
        this.taken.push(notice);
        const told: Mark = { rollout: 0, told: 0, ...this.view.delivered, ...notice.mark };
        this.view.delivered = told;
      }
    }
    throw new Error('there is always something more to tell');
  }

  get kinds(): string[] {
    return this.taken.map(({ kind }) => kind);
  }
}

const served = (options: TinyOptions = {}) => {
  const world = new TinyWorld(options);
  world.run(minute);
  return world;
};

describe('what a target is told', () => {
  it('is the whole way of a rollout, each part once and in order', () => {
    const world = served();
    const receiver = new Receiver(world).listen();
    world.editSpec('v2');
    world.run(30 * minute);
    receiver.listen();
    expect(receiver.kinds[0]).toBe('Started');
    expect(receiver.kinds.at(-1)).toBe('Promoted');
    expect(new Set(receiver.taken.map(({ id }) => id)).size).toBe(receiver.taken.length);
    const times = receiver.taken.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((left, right) => left - right));
    world.run(minute);
    expect(receiver.listen().taken.length).toBe(receiver.kinds.length);
  });

  it('carries the reason and the numbers that the record has', () => {
    const world = served({ analysis: true });
    const receiver = new Receiver(world, { name: 'team', events: ['RolledBack'] }).listen();
    world.say('v2', 'Fail');
    world.editSpec('v2');
    world.run(minute);
    receiver.listen();
    const decided = world.rollout.status.decisions!.find(({ action }) => action === 'RolledBack')!;
    expect(receiver.taken).toHaveLength(1);
    expect(receiver.taken[0]).toMatchObject({
      kind: 'RolledBack',
      reason: decided.reason,
      message: decided.message,
      namespace: 'ml',
      name: 'sentiment',
      rollout: { name: world.rollout.name, number: 1 },
      to: { revision: world.revision('v2') },
      weight: 0,
    });
  });

  it('tells nothing of what ended before the target was named, and all of what runs', () => {
    const world = served();
    world.editSpec('v2');
    world.run(30 * minute);
    expect(new Receiver(world).listen().kinds).toEqual([]);

    const running = served();
    running.editSpec('v2');
    running.run(minute);
    expect(new Receiver(running).listen().kinds[0]).toBe('Started');
  });

  it('tells of what ends in the first pass that knows of the target, or that lost what it knew', () => {
    const world = served();
    world.editSpec('v2');
    world.run(minute);
    world.targets = [{ name: 'team', events: all }];
    const gathered = world.gather();
    const { name, status } = gathered.rollouts.at(-1)!;
    expect(status.phase).not.toBe('Ended');
    const promoted = { ...status.decisions!.at(-1)!, action: 'Promoted' as const };
    const { dispatches } = noteNotifications(gathered, {
      ...decide(gathered),
      rolloutStatus: {
        name,
        status: {
          ...status,
          phase: 'Ended',
          outcome: 'Promoted',
          decisions: [...status.decisions!, promoted],
        },
      },
    });
    const kinds = dispatches![0]!.notices.map(({ kind }) => kind);
    expect([kinds[0], kinds.at(-1)]).toEqual(['Started', 'Promoted']);
  });

  it('goes on from the status after a restart, with the same ids', () => {
    const world = served();
    const before = new Receiver(world).listen();
    world.editSpec('v2');
    world.run(minute);
    const first = world.tick().decision.dispatches![0]!.notices;
    expect(first.length).toBeGreaterThan(0);
    // Nothing of it was delivered, and this process knows nothing.
    const after = new Receiver(world).listen();
    expect(before.taken).toEqual([]);
    expect(after.taken.slice(0, first.length).map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    // What was delivered and noted is not sent again.
    expect(new Receiver(world).listen().taken).toEqual([]);
  });

  it('is told in the order of the record, also when a clock was set back meanwhile', () => {
    const world = served();
    const receiver = new Receiver(world).listen();
    world.editSpec('v2');
    world.run(3 * minute);
    const { decisions = [] } = world.rollout.status;
    expect(decisions.length).toBeGreaterThan(2);
    decisions[2]!.at = '2020-01-01T00:00:00.000Z';
    receiver.listen();
    const told = receiver.taken.map(({ mark }) => mark.told);
    expect(told.slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  it('has other ids for another rollout of the same number, whose record somebody deleted', () => {
    const world = served();
    world.editSpec('v2');
    world.run(minute);
    const about = { namespace: 'ml', name: 'sentiment', uid: 'uid' };
    const idsOf = (uid: string) => noticesOf(about, { ...world.rollout, uid }).map(({ id }) => id);
    expect(idsOf('one')).toContain('one.1.1');
    expect(idsOf('one').filter((id) => idsOf('other').includes(id))).toEqual([]);
  });

  it('tells of a pause that no decision made, once', () => {
    const world = served();
    const receiver = new Receiver(world, { name: 'team', events: ['Paused'] }).listen();
    world.editSpec('v2');
    world.run(10_000);
    world.pause();
    world.run(minute);
    receiver.listen();
    world.run(minute);
    receiver.listen();
    expect(receiver.taken.map(({ reason }) => reason)).toEqual(['PausedBySpec']);
  });

  it('tells of a pause by a person once, though it is a decision and a state', () => {
    const world = served();
    const receiver = new Receiver(world, { name: 'team', events: ['Paused', 'Resumed'] }).listen();
    world.editSpec('v2');
    world.run(10_000);
    world.ask('pause');
    world.run(minute);
    world.ask('resume');
    world.run(5_000);
    receiver.listen();
    expect(receiver.kinds).toEqual(['Paused', 'Resumed']);
  });
});

describe('the condition Notified', () => {
  it('is absent where nobody is to be told, and nothing is written for it (law 15)', () => {
    const world = served();
    world.targets = [];
    expect(world.tick().writes).toEqual([]);
    expect(world.condition('Notified')).toBe('absent');
    expect(world.status?.notifications).toBeUndefined();
  });

  it('names a target that fails, keeps that over a restart until it was tried again, and ends with the next delivery', () => {
    const world = served();
    const receiver = new Receiver(world).listen();
    expect(world.condition('Notified')).toBe('True');
    receiver.view.failure = { reason: 'TargetUnreachable', message: 'hooks.example.com answers 503' };
    world.editSpec('v2');
    world.run(minute);
    const failing = world.status?.conditions?.find(({ type }) => type === 'Notified');
    expect(failing).toMatchObject({
      status: 'False',
      reason: 'TargetUnreachable',
      message: 'target "team": hooks.example.com answers 503',
    });
    // The rollout went on all the same (law 17).
    expect(world.split['v2']).toBeGreaterThan(0);

    world.targets = [{ name: 'team', events: all }];
    world.tick();
    expect(world.condition('Notified')).toBe('False');
    new Receiver(world).listen();
    expect(world.condition('Notified')).toBe('True');
  });

  it('goes with the last target', () => {
    const world = served();
    new Receiver(world).listen();
    world.targets = [];
    world.tick();
    expect(world.condition('Notified')).toBe('absent');
    expect(world.status?.notifications).toBeUndefined();
  });

  it('stays, with what was told, while the spec cannot be read', () => {
    const world = served();
    new Receiver(world).listen();
    world.editSpec('v2');
    world.run(minute);
    new Receiver(world).listen();
    const told = world.status?.notifications;
    world.targets = undefined;
    world.tick();
    expect(told).toBeDefined();
    expect(world.status?.notifications).toEqual(told);
    expect(world.condition('Notified')).toBe('True');
  });
});
