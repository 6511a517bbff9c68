import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { LaggingWork } from './lagging-work.ts';

const begin = () => {
  const clock = new VirtualClock();
  const done: string[] = [];
  const work = new LaggingWork(
    clock,
    () => 100,
    (key) => done.push(`${clock.monotonic()} ${key}`),
  );
  return { clock, done, work };
};

describe('LaggingWork', () => {
  it('does what was asked for many times once, at the earliest of the times', async () => {
    const { clock, done, work } = begin();
    work.plan('a');
    work.plan('a', 500);
    work.plan('b', 500);
    work.plan('b', 50);
    work.plan('a');
    await clock.advance(1000);
    expect(done).toEqual(['50 b', '100 a']);
    work.plan('a');
    await clock.advance(1000);
    expect(done.at(-1)).toBe('1100 a');
  });

  it('keeps what came due while it was held', async () => {
    const { clock, done, work } = begin();
    work.hold();
    work.plan('a');
    work.plan('a', 300);
    await clock.advance(1000);
    expect(done).toEqual([]);
    work.release();
    await clock.advance(1000);
    expect(done).toEqual(['1100 a']);
  });
});
