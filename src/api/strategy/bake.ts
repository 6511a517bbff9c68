import { z } from 'zod';
import { duration } from '../duration.ts';
import { field } from '../schema.ts';
import { ownMetrics } from './step.ts';

const bakeFields = () => ({
  duration: duration('duration', 'How long. Default: `15m`.').optional(),
  metrics: ownMetrics('during the bake'),
});

/** The bake of a strategy that moves everybody at once. */
export const Bake = field(
  z.object(bakeFields()),
  'The time after the candidate took all traffic in which the previous revision stays warm, to return to at once.',
);

/** The bake of a canary may keep some users where they were. */
export const CanaryBake = field(
  z.object({
    ...bakeFields(),
    holdBack: field(
      z.int().min(0).max(50),
      'Share of the traffic that stays with the previous revision during the bake, in percent, so that both can be compared. Default: 0.',
      { format: 'int32' },
    ).optional(),
  }),
  'The time after the candidate took all traffic in which the previous revision stays warm, to return to at once.',
);
