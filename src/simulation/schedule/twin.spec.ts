import { describe, expect, it } from '@jest/globals';
import { play } from './play.ts';
import { drawSchedule } from './schedule.ts';
import { differenceOf, twinOf } from './twin.ts';

describe('the twin of a schedule', () => {
  it('has the wishes of people alone, and one controller', () => {
    const schedule = {
      ...drawSchedule(10),
      events: ['release', 'kill', 'scale', 'deleteRoute'].map((name, at) => ({ atMs: at, name, drawn: [] })),
    };
    const { events, setting } = twinOf(schedule);
    expect(events.map(({ name }) => name)).toEqual(['release', 'scale']);
    expect(setting).toEqual({
      ...schedule.setting,
      controllers: 'one',
      neighbour: false,
      paceMs: 0,
      targets: [],
    });
  });

  it('comes to rest where the schedule does, and elsewhere is told', async () => {
    const schedule = drawSchedule(10);
    const [{ rest }, twin] = [await play(schedule), await play(twinOf(schedule))];
    expect(differenceOf(rest, twin.rest)).toBeUndefined();
    expect(differenceOf({ ...rest, replicas: 7 }, twin.rest)).toMatch(/^end: .*replicas is 7, not \d/);
  });
});
