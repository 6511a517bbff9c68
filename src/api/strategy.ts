import { z } from 'zod';
import { duration, durationPattern } from './duration.ts';
import { field } from './schema.ts';

const isDuration = (name: string) => `self.${name}.matches('${durationPattern}')`;

export const Step = field(
  z.object({
    weight: field(
      z.number(),
      "The candidate's share of live traffic in percent: 0.1 to 100 in steps of 0.1, each step more than the last.",
      {
        rules: [
          {
            // No `minimum` of 0.1: OpenAPI validation in Go cuts it to 0 for a whole number, and lets 0 pass.
            rule: 'self >= 0.1 && self <= 100.0',
            message: 'weight must be from 0.1 to 100',
          },
          {
            // Gateway API weights are integers out of a constant total of 1000; a tenth has no exact double.
            rule: 'self * 10.0 - double(int(self * 10.0 + 0.5)) < 0.001 && double(int(self * 10.0 + 0.5)) - self * 10.0 < 0.001',
            message: 'weight must be a multiple of 0.1: traffic is split in thousandths',
          },
        ],
      },
    ).optional(),
    hold: duration(
      'hold',
      'Stay on the weight at least this long. Default: `2m`, or `maxHold` where that is shorter.',
    ).optional(),
    maxHold: duration(
      'maxHold',
      'Stay on the weight at most this long without a Pass; then `analysis.onInconclusive` decides. Default: the longer of `30m` and `hold`.',
    ).optional(),
    pause: field(
      z.object({
        duration: duration(
          'duration',
          'Go on by itself after this time. Default: wait for a person.',
        ).optional(),
      }),
      'Stand still at the weight of the step before.',
    ).optional(),
  }),
  'One step of the plan: either a `weight` with its gate, or a `pause`.',
  {
    rules: [
      {
        rule: 'has(self.weight) != has(self.pause)',
        message: 'a step must have exactly one of weight and pause',
      },
      {
        rule: 'has(self.weight) || !(has(self.hold) || has(self.maxHold))',
        message: 'hold and maxHold belong to a step with weight; a pause has a duration of its own',
      },
      {
        rule: `!has(self.hold) || !has(self.maxHold) || !${isDuration('hold')} || !${isDuration('maxHold')} || duration(self.maxHold) >= duration(self.hold)`,
        message: 'maxHold must not be shorter than hold',
        fieldPath: '.maxHold',
      },
    ],
  },
);
export type Step = z.infer<typeof Step>;

const Canary = field(
  z.object({
    steps: field(z.array(Step).min(1).max(32), 'The plan. Default: weights 5, 25 and 50, each held for 2m.', {
      listType: 'atomic',
      rules: [
        {
          rule: 'self.filter(s, has(s.weight)).map(s, s.weight).isSorted() && self.all(s, !has(s.weight) || self.exists_one(t, has(t.weight) && t.weight == s.weight))',
          message: 'steps: each weight must be greater than the weight before it',
        },
      ],
    }).optional(),
    bake: field(
      z.object({
        duration: duration('duration', 'How long. Default: `15m`.').optional(),
      }),
      'The time after the candidate took all traffic in which the previous revision stays warm, to return to at once.',
    ).optional(),
  }),
  'Traffic moves to the candidate in steps, each behind a gate.',
);

export const Strategy = field(
  z.object({ canary: Canary.optional() }),
  'How a new revision is rolled out. Default: `canary` with the default plan. A rollout keeps the plan it began with.',
);
export type Strategy = z.infer<typeof Strategy>;
