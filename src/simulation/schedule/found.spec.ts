import { expect, it } from '@jest/globals';
import { type NoticeKind, noticeKinds } from '../../api/notification.ts';
import type { DrawnGate } from './drawn-gates.ts';
import type { DrawnTarget } from './drawn-targets.ts';
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
  targets: [],
  lastTargets: 'takes',
  lastWord: { says: 'yes', then: 'abort' },
  paceMs: 100,
  lastsMs: 1_500,
  finale: 'good',
  finalPlan: 'short',
};
const endingGate: DrawnGate = {
  gate: {
    name: 'check-1',
    when: 'before',
    webhook: { url: 'https://checks.example.com/1' },
    interval: '3s',
    timeout: '1s',
    retries: 0,
    onSilence: 'rollback',
  },
  says: 'redirects',
};
const toldOf = (more: { events?: NoticeKind[] } = {}): DrawnTarget => ({
  target: {
    name: 'team-1',
    type: 'webhook',
    url: 'https://hooks.example.com/team-1',
    secretRef: { name: 'targets' },
    ...more,
  },
  does: 'takes',
});
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
  [
    'a stale leader scales by an older spec than the record that it knows: its caches come by several watches',
    {
      seed: 2572,
      setting: {
        router: 'gateway',
        strategy: 'mirroring',
        replicas: 3,
        analysis: false,
        paceMs: 250,
        neighbour: true,
        lastsMs: 4_000,
        finale: 'revert',
        gates: [endingGate],
      },
      events: [
        { atMs: 1_000, name: 'network', drawn: ['lagging'] },
        { atMs: 2_000, name: 'scale', drawn: [5] },
      ],
    },
  ],
  [
    'a record is deleted of which targets were told: the next rollout is another one to them',
    {
      seed: 190,
      setting: { router: 'gateway', targets: [toldOf({ events: Object.keys(noticeKinds) as NoticeKind[] })] },
      events: [
        { atMs: 2_915, name: 'target', drawn: [1, 'never'] },
        { atMs: 16_000, name: 'deleteNewestRecord', drawn: [] },
      ],
    },
  ],
  [
    'two lead, and a target that failed for both has been told by one of them: it fails no more',
    {
      seed: 150,
      setting: {
        router: 'gateway',
        analysis: false,
        paceMs: 500,
        lastsMs: 500,
        finale: 'broken',
        targets: [toldOf()],
        lastTargets: 'never',
      },
      events: [],
    },
  ],
])('%s', async (_what, { seed, setting, events }) => {
  const { failed } = await tryOut({ seed, setting: { ...usual, ...setting }, events: [release, ...events] });
  expect(failed?.violations).toBeUndefined();
});
