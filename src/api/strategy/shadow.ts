import { z } from 'zod';
import { duration } from '../duration.ts';
import { field } from '../schema.ts';
import { Bake } from './bake.ts';
import { ownMetrics, steps } from './step.ts';

export const Shadow = field(
  z.object({
    percent: field(
      z.int().min(1).max(100),
      'Share of the live requests that is copied, in percent. Default: 100. Less needs a gateway that can do it.',
      { format: 'int32' },
    ).optional(),
    duration: duration('duration', 'Copy at least this long. Default: `30m`.').optional(),
    maxHold: duration(
      'maxHold',
      'Copy at most this long without a Pass; then `analysis.onInconclusive` decides. Default: the longer of `30m` and twice the duration.',
    ).optional(),
    minRequests: field(
      z.int().min(0).max(1_000_000_000),
      'Copy until the candidate had this many copies. Default: 1000.',
      { format: 'int32' },
    ).optional(),
    metrics: ownMetrics('while requests are copied'),
    then: field(
      z.enum(['stop', 'canary', 'promote']),
      'What follows the report: nothing, the canary of `steps`, or the promotion. Default: `stop`.',
    ).optional(),
    steps: steps('The plan of `then: canary`. Default: weights 5, 25 and 50, each held for 2m.').optional(),
    bake: Bake.optional(),
  }),
  'The candidate gets copies of live requests, whose answers nobody sees. It ends in a report that compares both revisions.',
  {
    rules: [
      {
        rule: "!has(self.steps) || (has(self.then) && self.then == 'canary')",
        message: 'shadow.steps belong to then: canary',
        fieldPath: '.steps',
      },
    ],
  },
);
export type Shadow = z.infer<typeof Shadow>;
