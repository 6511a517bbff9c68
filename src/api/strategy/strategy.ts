import { z } from 'zod';
import { field } from '../schema.ts';
import { BlueGreen } from './blue-green.ts';
import { Canary } from './canary.ts';
import { Shadow } from './shadow.ts';

export const Strategy = field(
  z.object({
    canary: Canary.optional(),
    blueGreen: BlueGreen.optional(),
    shadow: Shadow.optional(),
  }),
  'How a new revision is rolled out: exactly one of `canary`, `blueGreen` and `shadow`. Default: `canary` with the default plan. A rollout keeps the plan it began with.',
  {
    rules: [
      {
        rule: '[has(self.canary), has(self.blueGreen), has(self.shadow)].filter(x, x).size() <= 1',
        message: 'strategy must have exactly one of canary, blueGreen and shadow',
      },
    ],
  },
);
export type Strategy = z.infer<typeof Strategy>;
