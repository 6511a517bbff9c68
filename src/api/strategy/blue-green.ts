import { z } from 'zod';
import { duration } from '../duration.ts';
import { field } from '../schema.ts';
import { Bake } from './bake.ts';
import { holdRule, ownMetrics } from './step.ts';

export const BlueGreen = field(
  z.object({
    previewReplicas: field(
      z.int().min(1).max(100_000),
      'Pods of the candidate while only its preview is reachable; all of `spec.replicas` are there before the switch. Default: `spec.replicas`.',
      { format: 'int32' },
    ).optional(),
    preAnalysis: field(
      z.object({
        hold: duration('hold', 'Stay in preview at least this long. Default: `0s`.').optional(),
        maxHold: duration(
          'maxHold',
          'Stay in preview at most this long without a Pass; then `analysis.onInconclusive` decides. Default: the longer of `30m` and `hold`.',
        ).optional(),
        metrics: ownMetrics('before the switch'),
      }),
      'What must hold of the preview before the switch. Only its own metrics are asked: the preview has no live requests.',
      { rules: [holdRule] },
    ).optional(),
    promotion: field(
      z.enum(['auto', 'manual']),
      'Whether the switch happens by itself, or waits for a person. Default: `auto`.',
    ).optional(),
    promotionDelay: duration(
      'promotionDelay',
      'How long an automatic switch waits when the preview has passed. Default: `0s`.',
    ).optional(),
    postAnalysis: field(
      z.object({ metrics: ownMetrics('after the switch, during the bake,') }),
      'What must hold after the switch, during the bake; a failure switches back at once.',
    ).optional(),
    bake: Bake.optional(),
  }),
  'The candidate is complete and reachable at the Service `<name>-preview`; then one write moves everybody.',
  {
    rules: [
      {
        rule: "!has(self.promotionDelay) || !has(self.promotion) || self.promotion == 'auto'",
        message: 'promotionDelay belongs to promotion: auto; a manual promotion waits for a person',
        fieldPath: '.promotionDelay',
      },
    ],
  },
);
export type BlueGreen = z.infer<typeof BlueGreen>;
