/**
 * The simulation as it was built: `node` runs no decorators, so that it is taken from `dist`, with the types of its sources.
 */
const built = (path: string): Promise<unknown> =>
  import(new URL(`../../dist/simulation/schedule/${path}.js`, import.meta.url).href);

type RunSeeds = typeof import('../../src/simulation/schedule/run-seeds.ts');
type Schedules = typeof import('../../src/simulation/schedule/schedule.ts');
type Shrinking = typeof import('../../src/simulation/schedule/shrink.ts');

export const runSeeds = (await built('run-seeds')) as RunSeeds;
export const schedules = (await built('schedule')) as Schedules;
export const shrinking = (await built('shrink')) as Shrinking;
