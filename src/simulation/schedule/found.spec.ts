import { expect, it } from '@jest/globals';
import { tryOut } from './run-seeds.ts';
import type { ScheduledEvent } from './schedule.ts';
import type { Setting } from './setting.ts';

const usual: Setting = {
  strategy: 'canary',
  router: 'service',
  replicas: 1,
  analysis: true,
  controllers: 'both',
  neighbour: false,
  gates: [],
  lastWord: { says: 'yes', then: 'abort' },
  paceMs: 100,
  lastsMs: 1_500,
  finale: 'good',
  finalPlan: 'short',
};
const release: ScheduledEvent = { atMs: 0, name: 'release', drawn: ['b'] };

/** Schedules that once broke a law, by what was wrong. */
it.each<[string, { seed: number; setting: Partial<Setting>; events: ScheduledEvent[] }]>([
  [
    'a router that is switched in mid-step: each ready pod behind a plain Service takes its part and no more',
    {
      seed: 421,
      setting: { router: 'gateway', strategy: 'short', replicas: 2 },
      events: [{ atMs: 1_000, name: 'switchRouter', drawn: ['service'] }],
    },
  ],
  [
    'the only live pod of a candidate is lost: nobody has taken its weight away',
    {
      seed: 614,
      setting: {},
      events: [
        { atMs: 3_000, name: 'pods', drawn: ['stable', 'neverReady'] },
        { atMs: 6_000, name: 'losePods', drawn: ['candidate', 4] },
      ],
    },
  ],
  [
    'a candidate is superseded while its live pod is not ready: it drains from the moment on at which nothing selects it',
    {
      seed: 571,
      setting: { strategy: 'following', paceMs: 250, finale: 'harmful' },
      events: [
        { atMs: 3_000, name: 'network', drawn: ['losing'] },
        { atMs: 6_000, name: 'pods', drawn: ['candidate', 'slow'] },
      ],
    },
  ],
  [
    'a route is edited by hand right before a record is written that was decided on the one before it',
    {
      seed: 594,
      setting: { router: 'gateway', replicas: 3, analysis: false, paceMs: 250 },
      events: [
        { atMs: 3_000, name: 'changeDeadline', drawn: ['20s'] },
        { atMs: 3_300, name: 'network', drawn: ['lagging'] },
        { atMs: 6_300, name: 'pause', drawn: [false] },
        { atMs: 6_350, name: 'editRoute', drawn: [70] },
        { atMs: 6_650, name: 'network', drawn: ['losing'] },
      ],
    },
  ],
  [
    'people go back to what they have while its bake is paused by an action: they say resume as well',
    {
      seed: 441,
      setting: { router: 'gateway', strategy: 'blueGreen', finale: 'revert' },
      events: [
        { atMs: 1_050, name: 'release', drawn: ['d'] },
        { atMs: 4_050, name: 'ask', drawn: ['pause', 982535] },
      ],
    },
  ],
])('%s', async (_what, { seed, setting, events }) => {
  const { failed } = await tryOut({ seed, setting: { ...usual, ...setting }, events: [release, ...events] });
  expect(failed?.violations).toBeUndefined();
});
