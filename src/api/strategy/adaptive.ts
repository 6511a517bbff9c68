import { z } from 'zod';
import { duration } from '../duration.ts';
import { field } from '../schema.ts';
import { holdRule, weight } from './step.ts';

/** What `canary.adaptive` means where a spec leaves it open; weights in percent. */
export const adaptiveDefaults = { start: 1, max: 50, lossBudget: 20, growth: 3 } as const;

const { start, max, lossBudget, growth } = adaptiveDefaults;

export const Adaptive = field(
  z.object({
    start: weight('start', `The first weight, in percent. Default: ${start}.`).optional(),
    max: weight('max', `The largest weight before the promotion, in percent. Default: ${max}.`).optional(),
    lossBudget: field(
      z.number().max(1_000_000_000),
      `Bad requests more than the stable revision would have had, that the next weight may cost at most before the next look. Default: ${lossBudget}.`,
      { rules: [{ rule: 'self > 0.0', message: 'lossBudget must be greater than 0' }] },
    ).optional(),
    growth: field(
      z.number().max(100),
      `The next weight is at most so many times the present one. Default: ${growth}.`,
      {
        // Less is not worth a write of the route, and another look.
        rules: [{ rule: 'self >= 1.2', message: 'growth must be at least 1.2' }],
      },
    ).optional(),
    hold: duration(
      'hold',
      'From the first weight to the promotion it takes at least this long. Where nobody counts requests, each weight is held for it. Default: `2m`.',
    ).optional(),
    maxHold: duration(
      'maxHold',
      'It takes at most this long without a Pass; then `analysis.onInconclusive` decides. Default: the longer of `30m` and `hold`.',
    ).optional(),
  }),
  'The evidence chooses the weights: the next one is the largest whose possible loss stays within the budget. Promotion on a Pass, from 20 % on.',
  {
    rules: [
      {
        rule: `(has(self.start) ? self.start : ${start}.0) <= (has(self.max) ? self.max : ${max}.0)`,
        message: 'start must not be above max',
        fieldPath: '.start',
      },
      holdRule,
    ],
  },
);
export type Adaptive = z.infer<typeof Adaptive>;
