import { type Case, set, throughGateway, both, withSteps } from './changes.ts';

const steps = 'spec.strategy.canary.steps';
const strategy = (value: object) => set('spec.strategy', value);
const query = (name: string) => ({ name, kind: 'query', query: 'up', pass: 'result > 0.0' });

/** The kinds of steps and strategies, and what belongs to each. */
export const strategyKindCases: Case[] = [
  {
    title: 'one strategy',
    accept: [
      strategy({ canary: {} }),
      strategy({
        blueGreen: {
          previewReplicas: 1,
          preAnalysis: { hold: '5m', maxHold: '1h', metrics: [query('before')] },
          promotion: 'manual',
          postAnalysis: { metrics: [query('after')] },
          bake: { duration: '15m' },
        },
      }),
      strategy({ blueGreen: { promotion: 'auto', promotionDelay: '10m' } }),
      strategy({ shadow: { percent: 50, duration: '1h', minRequests: 10, maxHold: '2h' } }),
      strategy({ shadow: { then: 'canary', steps: [{ weight: 5 }], metrics: [query('copies')] } }),
    ],
    refuse: [
      {
        change: strategy({ canary: {}, blueGreen: {} }),
        path: 'spec.strategy',
        says: 'exactly one of canary, blueGreen and shadow',
      },
      {
        change: strategy({ blueGreen: { promotion: 'manual', promotionDelay: '1m' } }),
        path: 'spec.strategy.blueGreen.promotionDelay',
        says: 'promotionDelay belongs to promotion: auto',
      },
      {
        change: strategy({ blueGreen: { preAnalysis: { hold: '2m', maxHold: '1m' } } }),
        path: 'spec.strategy.blueGreen.preAnalysis.maxHold',
        says: 'maxHold must not be shorter than hold',
      },
      {
        change: strategy({ shadow: { then: 'stop', steps: [{ weight: 5 }] } }),
        path: 'spec.strategy.shadow.steps',
        says: 'shadow.steps belong to then: canary',
      },
      {
        change: strategy({ shadow: { then: 'canary', steps: [{ weight: 50 }, { weight: 5 }] } }),
        path: 'spec.strategy.shadow.steps',
        says: 'each weight must be greater',
      },
    ],
  },
  {
    title: 'weights by the evidence',
    accept: [
      strategy({ canary: { adaptive: {} } }),
      strategy({ canary: { adaptive: { start: 0.5, max: 12.5, lossBudget: 0.5, growth: 1.5 } } }),
      strategy({ canary: { adaptive: { start: 5, max: 5, hold: '1m', maxHold: '1m' } } }),
    ],
    refuse: [
      {
        change: strategy({ canary: { adaptive: {}, steps: [{ weight: 5 }] } }),
        path: 'spec.strategy.canary.adaptive',
        says: 'at most one of steps and adaptive',
      },
      {
        change: strategy({ canary: { adaptive: { start: 60 } } }),
        path: 'spec.strategy.canary.adaptive.start',
        says: 'start must not be above max',
      },
      {
        change: strategy({ canary: { adaptive: { start: 0 } } }),
        path: 'spec.strategy.canary.adaptive.start',
        says: 'start must be from 0.1 to 100',
      },
      {
        change: strategy({ canary: { adaptive: { max: 33.33 } } }),
        path: 'spec.strategy.canary.adaptive.max',
        says: 'max must be a multiple of 0.1',
      },
      {
        change: strategy({ canary: { adaptive: { start: 0.55 } } }),
        path: 'spec.strategy.canary.adaptive.start',
        says: 'start must be a multiple of 0.1',
      },
      {
        change: strategy({ canary: { adaptive: { max: 101 } } }),
        path: 'spec.strategy.canary.adaptive.max',
        says: 'max must be from 0.1 to 100',
      },
      {
        change: strategy({ canary: { adaptive: { growth: 1 } } }),
        path: 'spec.strategy.canary.adaptive.growth',
        says: 'growth must be at least 1.2',
      },
      {
        change: strategy({ canary: { adaptive: { lossBudget: 0 } } }),
        path: 'spec.strategy.canary.adaptive.lossBudget',
        says: 'lossBudget must be greater than 0',
      },
      {
        change: strategy({ canary: { adaptive: { hold: '2m', maxHold: '1m' } } }),
        path: 'spec.strategy.canary.adaptive.maxHold',
        says: 'maxHold must not be shorter than hold',
      },
    ],
  },
  {
    title: 'match, mirror and scale steps',
    accept: [
      both(
        throughGateway,
        withSteps(
          {
            match: { headers: [{ name: 'x-tester', value: 'true' }] },
            hold: '1m',
            metrics: [query('tested')],
          },
          { match: { queryParams: [{ name: 'model', type: 'RegularExpression', value: '^v2' }] } },
          { match: { path: { type: 'RegularExpression', value: '.*' } } },
          { match: {} },
          { mirror: { percent: 50, duration: '10m', minRequests: 5 }, maxHold: '1h' },
          { scale: { replicas: 2 } },
          { scale: { percent: 25 } },
          { weight: 5, metrics: [query('small')] },
          { scale: { matchWeight: true } },
        ),
      ),
    ],
    refuse: [
      {
        change: withSteps({ match: { path: { value: 'v2' } } }),
        path: `${steps}[0].match.path.value`,
        says: 'path.value must start with "/"',
      },
      {
        change: withSteps({ scale: {} }),
        path: `${steps}[0].scale`,
        says: 'exactly one of replicas, percent and matchWeight',
      },
      {
        change: withSteps({ scale: { matchWeight: false } }),
        path: `${steps}[0].scale.matchWeight`,
        says: 'matchWeight must be true',
      },
      {
        change: withSteps({ scale: { replicas: 1, percent: 5 } }),
        path: `${steps}[0].scale`,
        says: 'exactly one of replicas, percent and matchWeight',
      },
      {
        change: withSteps({ pause: {}, metrics: [query('never')] }),
        path: `${steps}[0]`,
        says: 'metrics belong to a step with weight, match or mirror',
      },
      {
        change: withSteps({ weight: 5 }, { mirror: {} }),
        path: steps,
        says: 'mirror steps come before the first weight',
      },
    ],
  },
  {
    title: 'sticky',
    accept: [
      strategy({ canary: { sticky: { cookie: { name: 'understudy', maxAge: '1h' } } } }),
      strategy({ canary: { sticky: { header: 'x-user' } } }),
    ],
    refuse: [
      ...['x', '0s', '9001h'].map((maxAge) => ({
        change: strategy({ canary: { sticky: { cookie: { name: 'a', maxAge } } } }),
        path: 'spec.strategy.canary.sticky.cookie.maxAge',
        says: maxAge === 'x' ? 'maxAge must be a duration' : 'maxAge must be at least 1s',
      })),
      {
        change: strategy({ canary: { sticky: {} } }),
        path: 'spec.strategy.canary.sticky',
        says: 'exactly one of cookie and header',
      },
      {
        change: strategy({ canary: { sticky: { cookie: { name: 'a b' } } } }),
        path: 'spec.strategy.canary.sticky.cookie.name',
        says: 'must be a cookie name',
      },
      {
        change: strategy({ canary: { sticky: { header: 'x user' } } }),
        path: 'spec.strategy.canary.sticky.header',
        says: 'must be the name of a header',
      },
    ],
  },
];
