import { describe, expect, it } from '@jest/globals';
import { TimeLimitError, untilAborted, withTimeLimit } from './abortable.ts';
import { VirtualClock } from './virtual-clock.ts';

const never = () => new Promise<string>(() => {});

describe('untilAborted', () => {
  it('gives the answer or the error, and leaves no listener behind', async () => {
    const controller = new AbortController();
    expect(await untilAborted(Promise.resolve('x'), controller.signal)).toBe('x');
    await expect(untilAborted(Promise.reject(new Error('no')), controller.signal)).rejects.toThrow('no');
    controller.abort();
  });

  it('ends with the reason of the signal, and swallows what comes later', async () => {
    const controller = new AbortController();
    let fail = (_error: Error) => {};
    const waiting = untilAborted(new Promise((_resolve, reject) => (fail = reject)), controller.signal);
    controller.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    fail(new Error('late'));
    await expect(untilAborted(never(), controller.signal)).rejects.toThrow('stop');
  });
});

describe('withTimeLimit', () => {
  it('ends at the limit with a typed error, also when the work does not listen', async () => {
    const clock = new VirtualClock();
    let inner: AbortSignal | undefined;
    const waiting = withTimeLimit('the list', 100, clock, undefined, (signal) => {
      inner = signal;
      return never();
    });
    const outcome = waiting.catch((error: unknown) => error);
    await clock.advance(100);
    expect(await outcome).toBeInstanceOf(TimeLimitError);
    expect(inner?.aborted).toBe(true);
    expect(((await outcome) as Error).message).toBe('the list did not end within 100 ms');
  });

  it('ends with the outer signal, does not begin after it, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const outer = new AbortController();
    const waiting = withTimeLimit('x', 100, clock, outer.signal, never);
    outer.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    let began = false;
    const work = async () => void (began = true);
    await expect(withTimeLimit('x', 100, clock, outer.signal, work)).rejects.toThrow('stop');
    expect(began).toBe(false);
    expect(await withTimeLimit('x', 100, clock, undefined, async () => 'done')).toBe('done');
    expect(clock.pendingTimers).toBe(0);
  });
});
