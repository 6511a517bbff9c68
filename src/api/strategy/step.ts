import { z } from 'zod';
import { Metric } from '../analysis.ts';
import { duration, durationPattern } from '../duration.ts';
import { field } from '../schema.ts';
import { TesterMatch } from './match.ts';

const isDuration = (name: string) => `self.${name}.matches('${durationPattern}')`;

/** `hold` and `maxHold` of whatever has a gate. */
export const holdRule = {
  rule: `!has(self.hold) || !has(self.maxHold) || !${isDuration('hold')} || !${isDuration('maxHold')} || duration(self.maxHold) >= duration(self.hold)`,
  message: 'maxHold must not be shorter than hold',
  fieldPath: '.maxHold',
};

/** Metrics of one place only, beside those of `analysis.metrics`. */
export const ownMetrics = (where: string) =>
  field(
    z.array(Metric).max(8),
    `Metrics that are asked ${where} only, beside those of \`analysis.metrics\`. Their names must differ from all others.`,
    { listType: 'map', listMapKeys: ['name'] },
  ).optional();

/** A share of live traffic that a router can express. */
export const weight = (name: string, description: string) =>
  field(z.number(), description, {
    rules: [
      {
        // No `minimum` of 0.1: OpenAPI validation in Go cuts it to 0 for a whole number, and lets 0 pass.
        rule: 'self >= 0.1 && self <= 100.0',
        message: `${name} must be from 0.1 to 100`,
      },
      {
        // Gateway API weights are integers out of a constant total of 1000; a tenth has no exact double.
        rule: 'self * 10.0 - double(int(self * 10.0 + 0.5)) < 0.001 && double(int(self * 10.0 + 0.5)) - self * 10.0 < 0.001',
        message: `${name} must be a multiple of 0.1: traffic is split in thousandths`,
      },
    ],
  });

const Mirror = field(
  z.object({
    percent: field(
      z.int().min(1).max(100),
      'Share of the live requests that is copied, in percent. Default: 100. Less needs a gateway that can do it.',
      { format: 'int32' },
    ).optional(),
    duration: duration('duration', 'Copy at least this long. Default: `10m`.').optional(),
    minRequests: field(
      z.int().min(0).max(1_000_000_000),
      'Copy until the candidate had this many copies. Default: `analysis.minRequests`.',
      { format: 'int32' },
    ).optional(),
  }),
  'Copies of live requests go to the candidate for the time of this step; nobody sees its answers.',
);

const Scale = field(
  z.object({
    replicas: field(z.int().min(1).max(100_000), 'So many pods.', { format: 'int32' }).optional(),
    percent: field(z.int().min(1).max(100), 'So many percent of `spec.replicas`.', {
      format: 'int32',
    }).optional(),
    matchWeight: field(
      z.boolean(),
      'As many pods as the weight takes; what is done without a `scale` step.',
      // No enum: the API server compares its values as text, and refuses the only one that there is.
      { rules: [{ rule: 'self', message: 'matchWeight must be true; otherwise say replicas or percent' }] },
    ).optional(),
  }),
  "The candidate's pods from here on until it is promoted, instead of as many as its weight takes.",
  {
    rules: [
      {
        rule: '[has(self.replicas), has(self.percent), has(self.matchWeight)].filter(x, x).size() == 1',
        message: 'scale must have exactly one of replicas, percent and matchWeight',
      },
    ],
  },
);

export const Step = field(
  z.object({
    weight: weight(
      'weight',
      "The candidate's share of live traffic in percent: 0.1 to 100 in steps of 0.1, each step more than the last.",
    ).optional(),
    hold: duration(
      'hold',
      'Stay on the step at least this long. Default: `2m` for a weight (or `maxHold` where that is shorter), `0s` for a match.',
    ).optional(),
    maxHold: duration(
      'maxHold',
      'Stay on the step at most this long without a Pass; then `analysis.onInconclusive` decides. Default: the longer of `30m` and `hold`; for a mirror that of `30m` and twice its duration.',
    ).optional(),
    metrics: ownMetrics('on this step'),
    match: TesterMatch.optional(),
    mirror: Mirror.optional(),
    scale: Scale.optional(),
    pause: field(
      z.object({
        duration: duration(
          'duration',
          'Go on by itself after this time. Default: wait for a person.',
        ).optional(),
        approvals: field(
          z.int().min(1).max(10),
          'Wait until so many different people have approved, each with a RolloutAction `promote`. Default: one `promote` suffices, whoever it is from.',
          { format: 'int32' },
        ).optional(),
      }),
      'Stand still at the weight of the step before.',
      {
        rules: [
          {
            rule: '!has(self.duration) || !has(self.approvals)',
            message: 'a pause has a duration or approvals, not both: it ends by time or by people',
            fieldPath: '.approvals',
          },
        ],
      },
    ).optional(),
  }),
  'One step of the plan: exactly one of `weight`, `match`, `mirror`, `scale` and `pause`.',
  {
    rules: [
      {
        rule: '[has(self.weight), has(self.match), has(self.mirror), has(self.scale), has(self.pause)].filter(x, x).size() == 1',
        message: 'a step must have exactly one of weight, match, mirror, scale and pause',
      },
      {
        rule: 'has(self.weight) || has(self.match) || !(has(self.hold) || (has(self.maxHold) && !has(self.mirror)))',
        message:
          'hold belongs to a step with weight or match, maxHold also to a mirror; pause and mirror have a duration of their own',
      },
      {
        rule: 'has(self.weight) || has(self.match) || has(self.mirror) || !has(self.metrics)',
        message: 'metrics belong to a step with weight, match or mirror: the others have no gate',
      },
      holdRule,
    ],
  },
);
export type Step = z.infer<typeof Step>;

export const steps = (description: string) =>
  field(z.array(Step).min(1).max(32), description, {
    listType: 'atomic',
    rules: [
      {
        rule: 'self.filter(s, has(s.weight)).map(s, s.weight).isSorted() && self.all(s, !has(s.weight) || self.exists_one(t, has(t.weight) && t.weight == s.weight))',
        message: 'steps: each weight must be greater than the weight before it',
      },
      {
        // Beside a weight the candidate has live requests, and those are what it is judged by.
        rule: 'self.map(s, has(s.weight) ? 1 : (has(s.mirror) ? 0 : -1)).filter(x, x >= 0).isSorted()',
        message:
          'steps: mirror steps come before the first weight: from there on live requests show how the candidate does',
      },
    ],
  });
