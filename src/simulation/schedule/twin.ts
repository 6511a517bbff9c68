import { isSame } from '../api-server/json-value.ts';
import type { RestState } from './end-state.ts';
import { happenings, type Schedule } from './schedule.ts';

/** One seed in so many is played twice: a twin doubles what a schedule costs. */
const oneIn = 20;

export const hasTwin = ({ seed }: Schedule): boolean => seed % oneIn === 0;

/** The same wishes of people at the same times, and nothing that goes wrong: one controller, no faults, no editing by hand, and nobody to be told. */
export const twinOf = (schedule: Schedule): Schedule => ({
  ...schedule,
  setting: { ...schedule.setting, controllers: 'one', neighbour: false, paceMs: 0, targets: [] },
  events: schedule.events.filter(({ name }) => happenings[name]?.wish),
});

/** In what a world came to rest elsewhere than its twin; undefined when it did not. */
export function differenceOf(state: RestState, twin: RestState): string | undefined {
  const names = (Object.keys(twin) as (keyof RestState)[]).filter((name) => !isSame(state[name], twin[name]));
  if (names.length === 0) return undefined;
  const words = names.map(
    (name) => `${name} is ${JSON.stringify(state[name])}, not ${JSON.stringify(twin[name])}`,
  );
  return `end: not the state of the same wishes without faults: ${words.join('; ')}`;
}
