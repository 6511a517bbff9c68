import { describe, expect, it } from '@jest/globals';
import { SystemClock } from './clock.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('VirtualClock', () => {
  it('runs timers in the order of their time, and equal times in the order of asking', async () => {
    const clock = new VirtualClock(1000);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} ${clock.monotonic()} ${clock.now()}`);
    clock.after(20, note('b'));
    clock.after(10, note('a'));
    clock.after(20, note('c'));
    const cancel = clock.after(15, note('never'));
    cancel();
    cancel();
    clock.after(-5, note('now'));
    await clock.advance(20);
    expect(seen).toEqual(['now 0 1000', 'a 10 1010', 'b 20 1020', 'c 20 1020']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets promises settle between timers, and runs timers that were asked for on the way', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    void (async () => {
      for (let index = 0; index < 5; index += 1) {
        await clock.sleep(10);
        seen.push(clock.monotonic());
      }
    })();
    await clock.advance(35);
    expect(seen).toEqual([10, 20, 30]);
    expect(clock.monotonic()).toBe(35);
  });

  it('stops where a condition comes to hold', async () => {
    const clock = new VirtualClock();
    let done = false;
    clock.after(70, () => (done = true));
    expect(await clock.advanceUntil(() => done, 50)).toBe(false);
    expect(clock.monotonic()).toBe(50);
    expect(await clock.advanceUntil(() => done, 50)).toBe(true);
    expect(clock.monotonic()).toBe(70);
  });

  it('can be seen with another wall clock', () => {
    const clock = new VirtualClock(1000);
    const skewed = clock.withWallOffset(-300);
    expect([skewed.now(), skewed.monotonic()]).toEqual([700, 0]);
  });
});

describe.each([
  ['SystemClock', () => new SystemClock()],
  ['VirtualClock', () => new VirtualClock()],
])('sleep of %s', (_name, make) => {
  it('ends at once, without an error, when its signal is aborted', async () => {
    const clock = make();
    const controller = new AbortController();
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort();
    await sleep;
    await clock.sleep(60_000, controller.signal);
    if (clock instanceof VirtualClock) expect(clock.pendingTimers).toBe(0);
  });
});

describe('SystemClock', () => {
  it('waits, measures, and cancels', async () => {
    const clock = new SystemClock();
    const startMs = clock.monotonic();
    const cancel = clock.after(1, () => {
      throw new Error('cancelled timers do not fire');
    });
    cancel();
    await clock.sleep(20);
    expect(clock.monotonic() - startMs).toBeGreaterThanOrEqual(15);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
  });
});
