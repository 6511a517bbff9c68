import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Lane } from './fair-lanes.ts';
import { runInReconcile } from './reconcile-context.ts';
import { RequestLimit } from './request-limit.ts';
import { VirtualClock } from './virtual-clock.ts';

let clock: VirtualClock;
let limit: RequestLimit;
let sent: string[];
let waits: { lane: Lane; waitedMs: number }[];

beforeEach(() => {
  clock = new VirtualClock();
  waits = [];
  sent = [];
  limit = new RequestLimit(clock, { perSecond: 10, burst: 2 }, (wait) => waits.push(wait));
});

/** A request of a pass of this key; what was sent is in `sent`, in order. */
const request = (key: string, lane: Lane, signal?: AbortSignal): Promise<void> =>
  runInReconcile({ key, lane, reconcileId: 'r' }, async () => {
    await limit.turn(signal);
    sent.push(key);
  });

describe('the limit of requests', () => {
  it('lets a burst go at once and the rest at its rate', async () => {
    for (let at = 0; at < 12; at += 1) void request(`ml/${at}`, 'normal');
    await clock.advance(0);
    expect(sent).toHaveLength(2);
    await clock.advance(500);
    expect(sent).toHaveLength(7);
    await clock.advance(500);
    expect(sent).toEqual(Array.from({ length: 12 }, (_, at) => `ml/${at}`));
    expect(waits.at(-1)).toEqual({ lane: 'normal', waitedMs: expect.closeTo(1000, -1) });
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets a rollback overtake a resync that waits', async () => {
    for (let at = 0; at < 20; at += 1) void request(`ml/resync-${at}`, 'background');
    void request('ml/rollback', 'urgent');
    await clock.advance(150);
    expect(sent).toEqual(['ml/resync-0', 'ml/resync-1', 'ml/rollback']);
  });

  it('lets namespaces take turns', async () => {
    for (let at = 0; at < 20; at += 1) void request(`crowd/${at}`, 'normal');
    void request('small/one', 'normal');
    await clock.advance(350);
    expect(sent).toContain('small/one');
  });

  it('counts what belongs to no pass as background', async () => {
    await limit.turn();
    expect(waits).toEqual([{ lane: 'background', waitedMs: 0 }]);
  });

  it('takes no token for one that gave up', async () => {
    const gaveUp = new AbortController();
    for (const key of ['ml/a', 'ml/b']) void request(key, 'normal');
    const lost = request('ml/lost', 'normal', gaveUp.signal);
    void request('ml/c', 'normal');
    gaveUp.abort(new Error('the deadline'));
    await expect(lost).rejects.toThrow('the deadline');
    await clock.advance(110);
    expect(sent).toEqual(['ml/a', 'ml/b', 'ml/c']);
  });

  it('refuses one whose time is over already, when it would have to wait', async () => {
    for (const key of ['ml/a', 'ml/b']) void request(key, 'normal');
    await expect(request('ml/late', 'normal', AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  });
});
