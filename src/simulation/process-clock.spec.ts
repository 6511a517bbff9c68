import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { ProcessClock } from './process-clock.ts';
import { serving, until } from './testing/world-bed.ts';

describe('the clock of a process', () => {
  it('has a wall that can be set, and the monotonic time of the world', async () => {
    const world = new VirtualClock(1000);
    const clock = new ProcessClock(world);
    clock.stepWall(-300);
    await world.advance(50);
    expect([clock.now(), clock.monotonic()]).toEqual([750, 50]);
    clock.setRight();
    expect([clock.now(), clock.monotonic()]).toEqual([1050, 50]);
  });

  it('runs and cancels timers, until the process is dead', async () => {
    const world = new VirtualClock();
    const clock = new ProcessClock(world);
    const seen: string[] = [];
    clock.after(10, () => seen.push('a'));
    clock.after(20, () => seen.push('cancelled'))();
    clock.after(30, () => seen.push('late'));
    await world.advance(25);
    clock.stop();
    clock.after(1, () => seen.push('after the end'));
    await world.advance(100);
    expect(seen).toEqual(['a']);
    expect(world.pendingTimers).toBe(0);
  });

  it.each([3_600_000, -3_600_000])(
    'may be set by %s ms in the middle of a canary, which ends well',
    async (byMs) => {
      const bed = await serving();
      const { world, model } = bed;
      model.release('2');
      await until(bed, () => model.percentOf(model.candidate ?? '') === 25);
      world.controllers[0]!.clock.stepWall(byMs);
      await until(bed, () => model.rollouts.at(-1)?.status?.phase === 'Ended', 7_200_000);
      expect(model.rollouts.map(({ status }) => status?.outcome)).toEqual(['Promoted']);
      expect(model.percentOf(model.stable)).toBe(100);
    },
  );
});
