import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { currentReconcile } from './reconcile-context.ts';
import {
  type ReconcileContext,
  ReconcileDeadlineError,
  type ReconcileResult,
  TerminalError,
} from './reconciler.ts';
import { RecordingLogger } from './testing/recording-logger.ts';
import { VirtualClock } from './virtual-clock.ts';
import { WorkQueue } from './work-queue.ts';
import { type ReconcileReport, WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

describe('WorkerPool', () => {
  let clock: VirtualClock;
  let queue: WorkQueue;
  let logger: RecordingLogger;
  let pool: WorkerPool;
  let reports: ReconcileReport[];
  /** When each pass of a key began. */
  let passes: string[];

  type Work = (key: string, context: ReconcileContext) => Promise<ReconcileResult | void>;
  function start(work: Work, options: Partial<WorkerPoolOptions> = {}): void {
    let passNumber = 0;
    const reconcile: Work = (key, context) => {
      passes.push(`${key} at ${clock.monotonic()}`);
      return work(key, context);
    };
    const observer = { reconciled: (report: ReconcileReport) => void reports.push(report) };
    const newReconcileId = () => `pass-${(passNumber += 1)}`;
    pool = new WorkerPool({
      queue,
      clock,
      logger,
      reconciler: { reconcile },
      observer,
      newReconcileId,
      ...options,
    });
    pool.start();
  }

  beforeEach(() => {
    clock = new VirtualClock();
    queue = new WorkQueue({ clock, random: () => 0 });
    logger = new RecordingLogger();
    reports = [];
    passes = [];
  });
  afterEach(async () => {
    const stopped = pool.stop(1000);
    await clock.advance(5000);
    await stopped;
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets timers and sockets have their turn between passes that wait for nothing', async () => {
    for (let index = 0; index < 100; index += 1) queue.add(`key-${index}`);
    start(() => Promise.resolve());
    const whenServed = await new Promise<number>((resolve) => setTimeout(() => resolve(passes.length), 0));
    expect(whenServed).toBeLessThan(100);
    while (passes.length < 100) await clock.advance(0);
  });

  it('forgets the failures of a key that succeeds', async () => {
    let failures = 2;
    start(async () => {
      if ((failures -= 1) >= 0) throw new Error('not yet');
    });
    queue.add('a');
    await clock.advance(100);
    expect(passes).toEqual(['a at 0', 'a at 5', 'a at 15']);
    expect(queue.failuresOf('a')).toBe(0);
    expect(pool.figures()).toMatchObject({ outcomes: { error: 2, success: 1 }, active: 0, workers: 4 });
    expect(logger.lines[0]).toMatchObject({
      level: 'error',
      message: 'the pass failed: not yet',
      fields: { key: 'a', reconcileId: 'pass-1', failures: 1 },
    });
  });

  it('plans a known wait, and forgets the failures before it', async () => {
    let first = true;
    start(async () => {
      if (first) {
        first = false;
        throw new Error('once');
      }
      return { requeueAfterMs: 1000 };
    });
    queue.add('a');
    await clock.advance(2500);
    expect(passes).toEqual(['a at 0', 'a at 5', 'a at 1005', 'a at 2005']);
    expect(queue.failuresOf('a')).toBe(0);
    expect(pool.figures().outcomes).toEqual({ success: 0, requeue_after: 3, requeue: 0, error: 1 });
  });

  it('counts a wait that is no number as a failed pass', async () => {
    start(async () => ({ requeueAfterMs: Number.NaN }));
    queue.add('a');
    await clock.advance(10);
    expect(passes.length).toBeGreaterThan(1);
    expect(logger.at('error')[0]).toContain('delayMs: found NaN');
  });

  it('waits as long as an error asks', async () => {
    let first = true;
    start(async () => {
      if (!first) return;
      first = false;
      throw new ClusterError('throttled', 'slow down', { retryAfterMs: 7000 });
    });
    queue.add('a');
    await clock.advance(20_000);
    expect(passes).toEqual(['a at 0', 'a at 7000']);
  });

  it('does not try a terminal error again before an event', async () => {
    start(async () => {
      throw new TerminalError('InvalidSpec', 'no container');
    });
    queue.add('a');
    await clock.advance(100_000);
    expect(passes).toEqual(['a at 0']);
    expect(pool.figures()).toMatchObject({ terminalErrors: 1, outcomes: { error: 1 } });
    expect(logger.lines[0]).toMatchObject({ level: 'error', fields: { reason: 'InvalidSpec' } });
    queue.add('a');
    await clock.advance(1);
    expect(passes).toHaveLength(2);
  });

  it('answers a conflict with a new pass, and not with an error', async () => {
    let first = true;
    start(async () => {
      if (!first) return;
      first = false;
      throw new ClusterError('conflict', 'changed meanwhile');
    });
    queue.add('a');
    await clock.advance(100);
    expect(pool.figures().outcomes).toEqual({ success: 1, requeue_after: 0, requeue: 1, error: 0 });
    expect(logger.at('error')).toEqual([]);
  });

  it('lets a key that fails delay no other', async () => {
    start(
      async (key) => {
        if (key !== 'good') throw key === 'odd' ? 'not even an error' : new TypeError('x is undefined');
      },
      { workers: 1 },
    );
    queue.add('bad');
    queue.add('odd');
    queue.add('good');
    // One turn of the event loop for each pass.
    for (let turns = 0; turns < 3; turns += 1) await clock.advance(0);
    expect(reports.map(({ outcome, panic }) => [outcome, panic])).toEqual([
      ['error', true],
      ['error', true],
      ['success', false],
    ]);
    expect(pool.figures().panics).toBe(2);
    expect(logger.at('error')).toContain('the pass failed by a fault of the program: not even an error');
  });

  it('catches a reconciler that throws before it returns a promise', async () => {
    start(() => {
      throw new Error('at once');
    });
    queue.add('a');
    await clock.advance(1);
    expect(pool.figures().outcomes.error).toBe(1);
  });

  it('aborts a pass at its deadline, and never runs its key a second time meanwhile', async () => {
    let signal: AbortSignal | undefined;
    let end = () => {};
    start(
      async (_key, context) => {
        signal = context.signal;
        await new Promise<void>((resolve) => (end = resolve));
      },
      { deadlineMs: 1000 },
    );
    queue.add('a');
    await clock.advance(999);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    expect(signal?.reason).toBeInstanceOf(ReconcileDeadlineError);
    queue.add('a');
    await clock.advance(60_000);
    expect(passes).toEqual(['a at 0']);
    expect(queue.figures().longestRunningMs).toBe(61_000);
    expect(pool.figures().active).toBe(1);
    end();
    await clock.settle();
    expect(pool.figures()).toMatchObject({ timeouts: 1 });
    expect(reports[0]).toMatchObject({ outcome: 'success', timedOut: true, durationMs: 61_000 });
    end();
  });

  it('runs as many passes side by side as it has workers', async () => {
    let running = 0;
    let most = 0;
    const active: number[] = [];
    start(
      async () => {
        most = Math.max(most, (running += 1));
        await clock.sleep(10);
        running -= 1;
      },
      { workers: 3, observer: { active: (workers) => void active.push(workers) } },
    );
    for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key);
    await clock.advance(30);
    expect(most).toBe(3);
    expect(Math.max(...active)).toBe(3);
    expect(active.at(-1)).toBe(0);
    expect(passes).toHaveLength(5);
  });

  it('gives each pass its key, its id and how urgent it is, also across awaits', async () => {
    const seen: unknown[] = [];
    start(async (key, { reconcileId }) => {
      await clock.sleep(key === 'a' ? 20 : 10);
      seen.push([key, reconcileId, currentReconcile()]);
    });
    queue.add('a');
    queue.add('b', 'background');
    await clock.advance(20);
    expect(seen).toEqual([
      ['b', 'pass-2', { key: 'b', reconcileId: 'pass-2', lane: 'background' }],
      ['a', 'pass-1', { key: 'a', reconcileId: 'pass-1', lane: 'normal' }],
    ]);
    expect(currentReconcile()).toBeUndefined();
  });

  it('stops after the passes under way, and takes no more', async () => {
    start(async () => await clock.sleep(500), { workers: 1 });
    queue.add('a');
    queue.add('b');
    await clock.advance(1);
    const stopped = pool.stop(1000);
    await clock.advance(499);
    expect(await stopped).toBe(true);
    expect(passes).toEqual(['a at 0']);
  });

  it.each([
    ['ends', true],
    ['does not end', false],
  ])('aborts what the drain cannot wait for, and says whether it %s', async (_what, listens) => {
    start(async (_key, { signal }) => await clock.sleep(100_000, listens ? signal : undefined));
    queue.add('a');
    await clock.advance(1);
    const stopped = pool.stop(2000);
    await clock.advance(2000 + (listens ? 0 : 1000));
    expect(await stopped).toBe(listens);
    expect(logger.at('warn')).toEqual(['passes are aborted: the drain deadline is over']);
    await clock.advance(100_000);
  });

  it('refuses options that cannot work, and a second start', () => {
    start(async () => {});
    expect(() => pool.start()).toThrow('started before');
    const options = { queue, clock, logger, reconciler: { reconcile: async () => {} } };
    expect(() => new WorkerPool({ ...options, workers: 0 })).toThrow('workers: found 0');
    expect(() => new WorkerPool({ ...options, deadlineMs: -1 })).toThrow('deadlineMs: found -1');
  });
});
