import { describe, expect, it } from '@jest/globals';
import { toldByDefault } from '../api/notification.ts';
import type { Notice } from '../domain/notices/notice.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import { RecordingLogger } from '../runtime/testing/recording-logger.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { NoticeSender } from './notice-sender.ts';
import { Notifier } from './notifier.ts';
import type { Target } from './target.ts';
import { noticeOf } from './testing/notices.ts';

const second = 1_000;
const minute = 60 * second;

/** Targets by name: each takes what it gets, fails, or never answers. */
class Targets extends NoticeSender {
  readonly taken: { target: string; id: string }[] = [];
  readonly attempts: { target: string; atMs: number }[] = [];
  readonly failing = new Map<string, Error>();
  readonly silent = new Set<string>();
  readonly clock = new VirtualClock();

  async send({ name: target }: Target, { id }: Notice, signal: AbortSignal): Promise<void> {
    this.attempts.push({ target, atMs: this.clock.monotonic() });
    if (this.silent.has(target)) {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
    const failure = this.failing.get(target);
    if (failure) throw failure;
    this.taken.push({ target, id });
  }
}

const noticesUpTo = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    noticeOf({ id: `uid.7.${index + 1}`, mark: { rollout: 7, told: index + 1 } }),
  );
const targetOf = (name: string): Target => ({ name, type: 'slack', events: toldByDefault });
const dead = new OutboundError('TargetUnreachable', 'hooks.example.com answers 503');

function bed() {
  const targets = new Targets();
  const changes: string[] = [];
  const logger = new RecordingLogger();
  const { clock } = targets;
  const onChange = (key: string) => changes.push(key);
  const notifier = new Notifier({ sender: targets, clock, logger, onChange, random: () => 0 });
  const dispatch = (names: string[], notices: Notice[], key = 'ml/digits', uid = 'uid') =>
    notifier.dispatch(
      key,
      uid,
      names.map(targetOf),
      names.map((target) => ({ target, notices })),
    );
  const view = (name: string, uid = 'uid') => notifier.views('ml/digits', uid, [targetOf(name)])[0]!;
  return { targets, changes, logger, clock, notifier, dispatch, view };
}

describe('what is handed over', () => {
  it('is sent in order, each once however often it is handed over, and is known as delivered', async () => {
    const { dispatch, targets, view, changes, clock } = bed();
    dispatch(['team'], noticesUpTo(2));
    dispatch(['team'], noticesUpTo(3));
    await clock.settle();
    dispatch(['team'], noticesUpTo(3));
    await clock.settle();
    expect(targets.taken.map(({ id }) => id)).toEqual(['uid.7.1', 'uid.7.2', 'uid.7.3']);
    expect(view('team')).toMatchObject({ delivered: { rollout: 7, told: 3 } });
    expect(new Set(changes)).toEqual(new Set(['ml/digits']));
  });

  it('is tried again with growing delays while the target fails, and all of it arrives when it is well', async () => {
    const { dispatch, targets, view, clock } = bed();
    targets.failing.set('team', dead);
    dispatch(['team'], noticesUpTo(2));
    await clock.advance(20 * minute);
    expect(view('team').failure).toEqual({ reason: 'TargetUnreachable', message: dead.message });
    const waits = targets.attempts.map(({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? atMs));
    expect(waits.slice(1, 6)).toEqual([1, 2, 4, 8, 16].map((seconds) => seconds * second));
    targets.failing.clear();
    await clock.advance(20 * minute);
    expect(targets.taken.map(({ id }) => id)).toEqual(['uid.7.1', 'uid.7.2']);
    expect(view('team').failure).toBeUndefined();
  });

  it('makes one call for a pass of a failure that stays the same (law 15)', async () => {
    const { dispatch, targets, changes, clock, logger } = bed();
    targets.failing.set('team', dead);
    dispatch(['team'], noticesUpTo(1));
    await clock.advance(60 * minute);
    expect(targets.attempts.length).toBeGreaterThan(5);
    expect(changes).toEqual(['ml/digits']);
    expect(logger.at('warn')).toHaveLength(1);
  });

  it('is no failure any more when it need not be told any more: another process has told it, or it was of a pause that is over', async () => {
    const { dispatch, targets, view, changes, clock } = bed();
    targets.failing.set('team', dead);
    dispatch(['team'], noticesUpTo(1));
    await clock.advance(10 * second);
    expect(view('team').failure).toBeDefined();
    const told = changes.length;
    dispatch(['team'], []);
    expect(view('team').failure).toBeUndefined();
    expect(changes).toHaveLength(told + 1);
    await clock.advance(60 * minute);
    expect(view('team').failure).toBeUndefined();
    expect(changes).toHaveLength(told + 1);
  });

  it('waits as long as the target asks for', async () => {
    const { dispatch, targets, clock } = bed();
    targets.failing.set(
      'team',
      new OutboundError('TargetUnreachable', 'slow down', { retryAfterMs: 30 * second }),
    );
    dispatch(['team'], noticesUpTo(1));
    await clock.advance(45 * second);
    expect(targets.attempts.map(({ atMs }) => atMs - targets.attempts[0]!.atMs)).toEqual([0, 30 * second]);
  });

  it('waits for no other target, and no other object (law 17)', async () => {
    const { dispatch, targets, clock } = bed();
    targets.silent.add('silent');
    targets.failing.set('failing', dead);
    dispatch(['silent', 'failing', 'team'], noticesUpTo(1));
    dispatch(['team'], noticesUpTo(1), 'ml/other', 'other');
    await clock.settle();
    expect(targets.taken.map(({ target }) => target)).toEqual(['team', 'team']);
  });

  it('is tried at once when its target was changed', async () => {
    const { notifier, targets, clock } = bed();
    targets.failing.set('team', dead);
    const dispatches = [{ target: 'team', notices: noticesUpTo(1) }];
    notifier.dispatch('ml/digits', 'uid', [targetOf('team')], dispatches);
    await clock.advance(30 * minute);
    targets.failing.clear();
    const mended = { ...targetOf('team'), secret: { kind: 'secret', namespace: 'ml', name: 'new' } } as const;
    notifier.dispatch('ml/digits', 'uid', [mended], dispatches);
    await clock.settle();
    expect(targets.taken).toHaveLength(1);
  });

  it('is dropped with its target, its object and the program', async () => {
    for (const end of ['target', 'object', 'program'] as const) {
      const { dispatch, targets, notifier, clock } = bed();
      targets.failing.set('team', dead);
      dispatch(['team'], noticesUpTo(1));
      await clock.advance(second);
      if (end === 'target') dispatch([], []);
      else if (end === 'object') notifier.forget('ml/digits');
      else notifier.close();
      const tried = targets.attempts.length;
      await clock.advance(60 * minute);
      expect([end, targets.attempts.length]).toEqual([end, tried]);
    }
  });

  it('of an object that was made anew under its name is not what the old one was told', async () => {
    const { dispatch, view, clock } = bed();
    dispatch(['team'], noticesUpTo(2));
    await clock.settle();
    expect(view('team', 'new uid').delivered).toBeUndefined();
    dispatch(['team'], [], 'ml/digits', 'new uid');
    expect(view('team', 'new uid').delivered).toBeUndefined();
  });

  it('leaves no words of an unforeseen error in log or view: they may hold a secret', async () => {
    const { dispatch, targets, view, logger, clock } = bed();
    targets.failing.set('team', new TypeError('https://hooks.example.com/s3cret'));
    dispatch(['team'], noticesUpTo(1));
    await clock.settle();
    expect(view('team').failure?.reason).toBe('TargetUnreachable');
    expect(JSON.stringify([view('team'), logger.lines])).not.toContain('s3cret');
  });
});
