import { describe, expect, it } from '@jest/globals';
import { drawSchedule, type Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';

const eventsOf = (...names: string[]) => names.map((name, at) => ({ atMs: 100 * at, name, drawn: [] }));
const schedule: Schedule = {
  ...drawSchedule(1),
  events: eventsOf('release', 'pause', 'kill', 'scale', 'losePods', 'revert', 'loseStatus'),
};
const has = ({ events }: Schedule, name: string) => events.some((event) => event.name === name);

describe('shrinking a schedule', () => {
  it('keeps the events that the law is broken by, at their times, and no other', async () => {
    const shrunk = await shrink(schedule, async (tried) =>
      has(tried, 'kill') && has(tried, 'revert') ? 'law 4: too soon' : undefined,
    );
    expect(shrunk.events).toEqual([
      { atMs: 200, name: 'kill', drawn: [] },
      { atMs: 500, name: 'revert', drawn: [] },
    ]);
  });

  it('does not go over to another law', async () => {
    const shrunk = await shrink(schedule, async (tried) =>
      has(tried, 'kill') ? 'law 4: too soon' : 'law 7: too soon',
    );
    expect(shrunk.events.map(({ name }) => name)).toEqual(['kill']);
  });

  it('leaves one that breaks nothing as it is, and ends after so many tries', async () => {
    expect(await shrink(schedule, async () => undefined)).toBe(schedule);
    let runs = 0;
    await shrink(schedule, async () => `law 2: ${(runs += 1)}`, { tries: 2 });
    expect(runs).toBeLessThanOrEqual(3);
  });
});
