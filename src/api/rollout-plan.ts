import { z } from 'zod';
import { field } from './schema.ts';

/** A time span as the record keeps it: whole milliseconds, which no reader has to parse. */
export const milliseconds = (description: string) => field(z.int().min(0), description, { format: 'int64' });

const percent = (least: number, description: string) =>
  field(z.int().min(least).max(100), description, { format: 'int32' });
const weight = (description: string) => field(z.number().min(0).max(100), description);
const pods = (description: string) => field(z.int().min(1), description, { format: 'int32' });

const gate = () => ({
  holdMs: milliseconds('Stay at least this long, in milliseconds.'),
  maxHoldMs: milliseconds('Stay at most this long without a Pass, in milliseconds.'),
});

const PlannedMatch = field(
  z.object({
    headers: field(z.array(named('header')).max(8), 'Headers that a request must have, all of them.', {
      listType: 'atomic',
    }).optional(),
    queryParams: field(
      z.array(named('query parameter')).max(8),
      'Query parameters that a request must have, all of them.',
      { listType: 'atomic' },
    ).optional(),
    path: field(
      z.object({
        type: field(z.enum(['PathPrefix', 'Exact', 'RegularExpression']), 'How `value` is compared.'),
        value: field(z.string().max(1024), 'The path to compare with.'),
      }),
      'The path of the request.',
    ).optional(),
  }),
  'Requests of testers.',
);

function named(what: string) {
  return field(
    z.object({
      name: field(z.string().max(256), `Name of the ${what}.`),
      type: field(z.enum(['Exact', 'RegularExpression']), 'How `value` is compared.'),
      value: field(z.string().max(4096), `Value of the ${what}.`),
    }),
    `A ${what}.`,
  );
}

export const RolloutStep = field(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('weight'),
      weight: weight("The candidate's share of live traffic in percent."),
      ...gate(),
    }),
    z.object({
      kind: z.literal('adaptive'),
      start: weight('The first weight, in percent.'),
      max: weight('The largest weight, in percent.'),
      lossBudget: field(
        z.number().min(0),
        'Bad requests more than the stable revision would have had, that a weight may cost before the next look.',
      ),
      growth: field(z.number().min(1), 'The next weight is at most so many times the present one.'),
      ...gate(),
    }),
    z.object({
      kind: z.literal('pause'),
      durationMs: milliseconds(
        'Go on by itself after this time, in milliseconds. Absent: wait for a person.',
      ).optional(),
      approvals: field(
        z.int().min(1).max(10),
        'So many different people have to approve. Absent: one promotes.',
        { format: 'int32' },
      ).optional(),
    }),
    z.object({
      kind: z.literal('match'),
      matches: field(z.array(PlannedMatch).max(8), 'Requests of testers; none: testers are sent back.', {
        listType: 'atomic',
      }),
      ...gate(),
    }),
    z.object({
      kind: z.literal('mirror'),
      percent: percent(1, 'Share of the live requests that is copied, in percent.'),
      durationMs: milliseconds('Copy at least this long, in milliseconds.'),
      minRequests: field(z.int().min(0), 'Copy until the candidate had this many copies.', {
        format: 'int64',
      }),
      maxHoldMs: milliseconds('Copy at most this long without a Pass, in milliseconds.'),
    }),
    z.object({
      kind: z.literal('scale'),
      replicas: pods("The candidate's pods.").optional(),
      percent: percent(1, "The candidate's pods, in percent of the replicas.").optional(),
      matchWeight: field(z.boolean(), 'As many pods as the weight takes.').optional(),
    }),
    z.object({
      kind: z.literal('preview'),
      replicas: pods("The candidate's pods in preview. Absent: all.").optional(),
      ...gate(),
    }),
  ]),
  'One step of the plan.',
);
export type RolloutStep = z.infer<typeof RolloutStep>;

const PlannedSticky = field(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('cookie'),
      name: field(z.string().max(128), 'Name of the cookie or of the header.'),
      maxAgeMs: milliseconds('How long a client keeps the cookie, in milliseconds.').optional(),
    }),
    z.object({
      kind: z.literal('header'),
      name: field(z.string().max(128), 'Name of the cookie or of the header.'),
    }),
  ]),
  'By what clients are known that stay with the revision that they met first.',
);

export const strategies = {
  canary: 'Traffic moves in steps.',
  blueGreen: 'One write moves everybody.',
  shadow: 'The candidate gets copies first.',
} as const;

export const RolloutPlan = field(
  z.object({
    strategy: field(
      z.enum(Object.keys(strategies) as (keyof typeof strategies)[]),
      'The strategy that the plan was made from. Absent in records of older releases: `canary`.',
    ).optional(),
    steps: field(z.array(RolloutStep).max(40), 'The steps, in order.', { listType: 'atomic' }),
    end: field(
      z.enum(['promote', 'stop']),
      'What follows the last step: the promotion, or the end with a report. Absent: `promote`.',
    ).optional(),
    stableScale: field(
      z.enum(['keep', 'follow']),
      'Whether the stable revision shrinks as the candidate grows. Absent: `keep`.',
    ).optional(),
    sticky: PlannedSticky.optional(),
    bakeMs: milliseconds('How long the previous revision stays warm after the promotion, in milliseconds.'),
    holdBack: percent(
      0,
      'Share of the traffic that stays with the previous revision during the bake. Absent: 0.',
    ).optional(),
    immediate: field(
      z.boolean(),
      'Goes back to a revision that users had before, within `rollbackWindow`: no step, no gate and no bake. Absent: false.',
    ).optional(),
    progressDeadlineMs: milliseconds(
      'How long the candidate may make no progress towards ready, in milliseconds.',
    ),
    readinessPercent: percent(
      1,
      'Share of the pods needed for the next weight that must be ready, in percent.',
    ),
  }),
  'The plan with all defaults filled in, fixed when the rollout began.',
);
export type RolloutPlan = z.infer<typeof RolloutPlan>;
