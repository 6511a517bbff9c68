import { beforeEach, describe, expect, it } from '@jest/globals';
import { InvalidOptionError } from './invalid-option-error.ts';
import { VirtualClock } from './virtual-clock.ts';
import { WorkQueue } from './work-queue.ts';

describe('WorkQueue', () => {
  let clock: VirtualClock;
  let queue: WorkQueue;
  beforeEach(() => {
    clock = new VirtualClock();
    queue = new WorkQueue({ clock, random: () => 0 });
  });

  it('hands a key to a worker that waits, and to one that comes later', async () => {
    const early = queue.take();
    queue.add('a');
    queue.add('b');
    expect(await early).toBe('a');
    expect(await queue.take()).toBe('b');
  });

  it('makes one run of many adds while a key waits', async () => {
    queue.add('a');
    queue.add('a');
    expect(queue.figures()).toMatchObject({ depth: 1, adds: 1 });
  });

  it('makes exactly one more run of many adds during a run', async () => {
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    expect(queue.figures()).toMatchObject({ depth: 0, processing: 1 });
    queue.done('a');
    expect(queue.figures()).toMatchObject({ depth: 1, processing: 0 });
    await queue.take();
    queue.done('a');
    expect(queue.figures()).toMatchObject({ depth: 0, processing: 0, adds: 2 });
  });

  it('keeps the earliest of several delays, and an add cancels none', async () => {
    queue.addAfter('a', 100);
    queue.addAfter('a', 50);
    queue.addAfter('a', 80);
    expect(queue.figures().delayed).toBe(1);
    queue.add('a');
    await queue.take();
    queue.done('a');
    await clock.advance(49);
    expect(queue.figures().depth).toBe(0);
    await clock.advance(1);
    expect(queue.figures()).toMatchObject({ depth: 1, delayed: 0 });
    await clock.advance(1000);
    expect(queue.figures().adds).toBe(2);
  });

  it('adds at once for a delay of nothing, and refuses what is no delay', () => {
    queue.addAfter('a', 0);
    queue.addAfter('b', -5);
    expect(queue.figures()).toMatchObject({ depth: 2, delayed: 0 });
    expect(() => queue.addAfter('c', Number.NaN)).toThrow(InvalidOptionError);
    expect(() => queue.addAfter('c', Infinity)).toThrow(/delayMs: found Infinity/);
  });

  it('doubles the backoff per key from 5 ms to a minute, and forgets', async () => {
    const delays: number[] = [];
    for (let failure = 0; failure < 16; failure += 1) {
      const startMs = clock.monotonic();
      queue.addRateLimited('a');
      expect(await clock.advanceUntil(() => queue.figures().depth === 1, 120_000)).toBe(true);
      delays.push(clock.monotonic() - startMs);
      await queue.take();
      queue.done('a');
    }
    expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(delays.at(-1)).toBe(60_000);
    queue.forget('a');
    expect(queue.failuresOf('a')).toBe(0);
    queue.addRateLimited('a');
    await clock.advance(5);
    expect(queue.figures()).toMatchObject({ depth: 1, failing: 1, retries: 17 });
  });

  it('holds a storm of failures of many keys to the rate of the bucket', async () => {
    for (let index = 0; index < 130; index += 1) queue.addRateLimited(`k${index}`);
    await clock.advance(10);
    expect(queue.figures().depth).toBe(100);
    await clock.advance(1000);
    expect(queue.figures().depth).toBe(110);
    await clock.advance(2000);
    expect(queue.figures().depth).toBe(130);
  });

  it('says when nothing waits and nothing runs; what is delayed does not count', async () => {
    await queue.whenIdle();
    queue.add('one');
    queue.add('two');
    queue.addAfter('three', 1000);
    let idle = false;
    void queue.whenIdle().then(() => (idle = true));
    const first = (await queue.take())!;
    queue.done(first);
    await clock.advance(0);
    expect(idle).toBe(false);
    const second = (await queue.take())!;
    await clock.advance(0);
    expect(idle).toBe(false);
    queue.done(second);
    await clock.advance(0);
    expect(idle).toBe(true);
  });

  it('drains: drops what waits, refuses what comes, waits for what runs', async () => {
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    await queue.take();
    queue.add('a');
    const drained = queue.drain(1000);
    queue.add('d');
    queue.addAfter('e', 1);
    queue.addRateLimited('f');
    await clock.advance(500);
    expect(queue.figures()).toMatchObject({ depth: 0, delayed: 0, processing: 1 });
    queue.done('a');
    expect(await drained).toBe(true);
    expect(await queue.take()).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });

  it('says so when work does not end within the drain deadline', async () => {
    queue.add('a');
    await queue.take();
    const drained = queue.drain(1000);
    await clock.advance(1000);
    expect(await drained).toBe(false);
    expect(await new WorkQueue({ clock }).drain(1000)).toBe(true);
  });

  it('lets waiting workers go when it shuts down', async () => {
    const takers = [queue.take(), queue.take()];
    queue.shutDown();
    expect(await Promise.all(takers)).toEqual([undefined, undefined]);
    expect(queue.closed).toBe(true);
  });

  it('refuses done for a key that was not taken', () => {
    expect(() => queue.done('a')).toThrow('not taken');
  });

  it('reports figures, and tells its observer', async () => {
    const seen: string[] = [];
    queue = new WorkQueue({
      clock,
      random: () => 0,
      observer: {
        added: () => seen.push('added'),
        depth: (depth) => seen.push(`depth ${depth}`),
        latency: (latencyMs) => seen.push(`latency ${latencyMs}`),
        workDuration: (durationMs) => seen.push(`work ${durationMs}`),
        retried: () => seen.push('retried'),
      },
    });
    queue.add('a');
    await clock.advance(30);
    expect(queue.figures().oldestWaitingMs).toBe(30);
    await queue.take();
    await clock.advance(20);
    queue.add('a');
    await clock.advance(20);
    expect(queue.figures()).toMatchObject({ unfinishedWorkMs: 40, longestRunningMs: 40, oldestWaitingMs: 0 });
    queue.done('a');
    expect(queue.figures().oldestWaitingMs).toBe(0);
    await queue.take();
    queue.addRateLimited('a');
    expect(seen).toEqual([
      ...[
        'added',
        'depth 1',
        'depth 0',
        'latency 30',
        'added',
        'work 40',
        'depth 1',
        'depth 0',
        'latency 20',
      ],
      'retried',
    ]);
  });

  it('refuses options that cannot work', () => {
    const backoff = { initialMs: 10, capMs: 5, jitter: 0 };
    expect(() => new WorkQueue({ clock, backoff })).toThrow(/workQueue.backoff.capMs: found 5/);
    expect(() => new WorkQueue({ clock, bucket: { perSecond: 0, burst: 1 } })).toThrow(InvalidOptionError);
  });
});
