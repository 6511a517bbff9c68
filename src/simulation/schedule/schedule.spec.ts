import { describe, expect, it } from '@jest/globals';
import { drawSchedule, happenings, inWords, parseSchedule, ScheduleFormatError } from './schedule.ts';
import { play } from './play.ts';

describe('a schedule', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(drawSchedule(5)).toEqual(drawSchedule(5));
    expect(drawSchedule(6)).not.toEqual(drawSchedule(5));
  });

  it('is drawn of everything that there is', () => {
    const drawn = new Set<string>();
    for (let seed = 1; seed <= 400; seed += 1)
      for (const { name } of drawSchedule(seed).events) drawn.add(name);
    expect([...drawn].sort()).toEqual(Object.keys(happenings).sort());
  });

  it('survives being printed and read, and replays to the same end', async () => {
    const schedule = drawSchedule(2);
    const read = parseSchedule(JSON.stringify(schedule));
    expect(read).toEqual(schedule);
    expect(await play(read)).toEqual(await play(schedule));
  });

  it('is told one event a line', () => {
    const schedule = drawSchedule(3);
    const { length } = inWords({
      ...schedule,
      setting: { ...schedule.setting, neighbour: false, gates: [], targets: [] },
    }).split('\n');
    expect(length).toBe(schedule.events.length + 2);
  });

  it.each(['', '{}', '{"seed":1,"setting":{},"events":[{"name":"flood"}]}'])('%j is none', (text) => {
    expect(() => parseSchedule(text)).toThrow(ScheduleFormatError);
  });
});
