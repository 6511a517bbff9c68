import { type Case, set, withSteps } from './changes.ts';

const steps = 'spec.strategy.canary.steps';
const notADuration = ['10', 'soon', '-5s', '5 m', '1d', '', '10M', '1h30', '5us'];
const durationFields = [
  'progressDeadline',
  'drain',
  'analysis.interval',
  'analysis.noDataFor',
  'strategy.canary.bake.duration',
  'strategy.blueGreen.promotionDelay',
];

/** Durations, steps and plans. */
export const strategyCases: Case[] = [
  ...durationFields.map((field): Case => ({
    title: `duration ${field}`,
    accept: ['90s', '1h30m', '1.5h', '8760h'].map((text) => set(`spec.${field}`, text)),
    refuse: [
      ...notADuration.map((text) => ({
        change: set(`spec.${field}`, text),
        path: `spec.${field}`,
        says: `${field.split('.').at(-1)} must be a duration such as`,
      })),
      { change: set(`spec.${field}`, '8761h'), path: `spec.${field}`, says: 'at most 8760h' },
    ],
  })),
  {
    title: 'least durations',
    accept: [
      set('spec.drain', '0s'),
      set('spec.progressDeadline', '1s'),
      set('spec.analysis.interval', '1s'),
    ],
    refuse: [
      { change: set('spec.progressDeadline', '999ms'), path: 'spec.progressDeadline', says: 'at least 1s' },
      { change: set('spec.analysis.interval', '500ms'), path: 'spec.analysis.interval', says: 'at least 1s' },
    ],
  },
  {
    title: 'pauses',
    accept: [1, 2, 10].map((approvals) => withSteps({ pause: { approvals } }, { weight: 50 })),
    refuse: [
      {
        change: withSteps({ pause: { approvals: 2, duration: '1h' } }, { weight: 50 }),
        path: `${steps}[0].pause.approvals`,
        says: 'a pause has a duration or approvals, not both',
      },
      ...[0, 11].map((approvals) => ({
        change: withSteps({ pause: { approvals } }, { weight: 50 }),
        path: `${steps}[0].pause.approvals`,
      })),
    ],
  },
  {
    title: 'weights',
    accept: [
      withSteps(
        { weight: 0.1 },
        { weight: 0.2 },
        { weight: 0.3 },
        { weight: 1.1 },
        { weight: 33.3 },
        { weight: 100 },
      ),
      withSteps({ weight: 5 }, { pause: {} }, { pause: { duration: '1h' } }, { weight: 50 }),
      withSteps({ pause: {} }, { weight: 50 }),
    ],
    refuse: [
      {
        change: withSteps({ weight: 50 }, { weight: 25 }),
        path: steps,
        says: 'steps: each weight must be greater',
      },
      {
        change: withSteps({ weight: 5 }, { pause: {} }, { weight: 5 }),
        path: steps,
        says: 'each weight must be greater',
      },
      {
        change: withSteps({ weight: 0 }),
        path: `${steps}[0].weight`,
        says: 'weight must be from 0.1 to 100',
      },
      {
        change: withSteps({ weight: 0.05 }),
        path: `${steps}[0].weight`,
        says: 'weight must be from 0.1 to 100',
      },
      {
        change: withSteps({ weight: -5 }),
        path: `${steps}[0].weight`,
        says: 'weight must be from 0.1 to 100',
      },
      {
        change: withSteps({ weight: 5 }, { weight: 100.1 }),
        path: `${steps}[1].weight`,
        says: 'weight must be from 0.1 to 100',
      },
      {
        change: withSteps({ weight: 5.25 }),
        path: `${steps}[0].weight`,
        says: 'weight must be a multiple of 0.1',
      },
      { change: withSteps(), path: steps },
    ],
  },
  {
    title: 'one thing a step',
    accept: [withSteps({ weight: 5, hold: '1m', maxHold: '1m' }), withSteps({ weight: 5, maxHold: '10s' })],
    refuse: [
      {
        change: withSteps({ weight: 5, pause: {} }),
        path: `${steps}[0]`,
        says: 'exactly one of weight, match, mirror, scale and pause',
      },
      {
        change: withSteps({}),
        path: `${steps}[0]`,
        says: 'exactly one of weight, match, mirror, scale and pause',
      },
      {
        change: withSteps({ weight: 1 }, { pause: {}, hold: '1m' }),
        path: `${steps}[1]`,
        says: 'hold belongs to a step with weight or match',
      },
      {
        change: withSteps({ pause: {}, maxHold: '1m' }),
        path: `${steps}[0]`,
        says: 'hold belongs to a step with weight or match',
      },
    ],
  },
  {
    title: 'hold and maxHold',
    accept: [withSteps({ weight: 5, hold: '90s', maxHold: '2m' }), withSteps({ weight: 5, hold: '2h' })],
    refuse: [
      {
        change: withSteps({ weight: 5, hold: '9000h', maxHold: '9001h' }),
        path: `${steps}[0].hold`,
        says: 'hold must be at least 0s and at most 8760h',
      },
      {
        change: withSteps({ weight: 5, maxHold: '9001h' }),
        path: `${steps}[0].maxHold`,
        says: 'maxHold must be at least 0s and at most 8760h',
      },
      {
        change: withSteps({ weight: 5 }, { weight: 9, hold: '2m', maxHold: '119s' }),
        path: `${steps}[1].maxHold`,
        says: 'maxHold must not be shorter than hold',
      },
      {
        change: withSteps({ weight: 5, hold: 'x' }),
        path: `${steps}[0].hold`,
        says: 'hold must be a duration',
      },
      {
        change: withSteps({ weight: 5, hold: '1m', maxHold: 'x' }),
        path: `${steps}[0].maxHold`,
        says: 'maxHold must be a duration',
      },
      {
        change: withSteps({ weight: 5 }, { pause: { duration: 'x' } }),
        path: `${steps}[1].pause.duration`,
        says: 'duration must be a duration',
      },
    ],
  },
];
