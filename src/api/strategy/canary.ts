import { z } from 'zod';
import { duration } from '../duration.ts';
import { field, matching } from '../schema.ts';
import { Adaptive } from './adaptive.ts';
import { CanaryBake } from './bake.ts';
import { ownMetrics, steps } from './step.ts';

const tokenPattern = '^[!#$%&*+.^_`|~0-9A-Za-z-]+$';

export const Sticky = field(
  z.object({
    cookie: field(
      z.object({
        name: matching(
          tokenPattern,
          128,
          'sticky.cookie.name must be a cookie name, such as "understudy"',
          'Name of the cookie that the gateway sets.',
        ),
        maxAge: duration('maxAge', 'How long a client keeps it. Default: as long as its session.', {
          min: '1s',
        }).optional(),
      }),
      'By a cookie of the gateway.',
    ).optional(),
    header: matching(
      tokenPattern,
      128,
      'sticky.header must be the name of a header, such as "x-user"',
      'By a header of the requests.',
    ).optional(),
  }),
  'Clients stay with the revision that they met first. Needs a gateway with session persistence; where it has none, the rollout does not begin and says so.',
  {
    rules: [
      {
        rule: 'has(self.cookie) != has(self.header)',
        message: 'sticky must have exactly one of cookie and header',
      },
    ],
  },
);
export type Sticky = z.infer<typeof Sticky>;

export const Canary = field(
  z.object({
    steps: steps('The plan. Default: weights 5, 25 and 50, each held for 2m.').optional(),
    adaptive: Adaptive.optional(),
    metrics: ownMetrics('on the steps, and not during the bake,'),
    sticky: Sticky.optional(),
    stableScale: field(
      z.enum(['keep', 'follow']),
      'Whether the stable revision keeps all its pods until the bake is over, or shrinks as the candidate grows: then a rollback has to wait for its pods. Default: `keep`.',
    ).optional(),
    bake: CanaryBake.optional(),
  }),
  'Traffic moves to the candidate in steps, each behind a gate.',
  {
    rules: [
      {
        rule: '!has(self.steps) || !has(self.adaptive)',
        message: 'canary must have at most one of steps and adaptive',
        fieldPath: '.adaptive',
      },
    ],
  },
);
export type Canary = z.infer<typeof Canary>;
