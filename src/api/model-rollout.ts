import { z } from 'zod';
import {
  dryRun,
  falsePromotion,
  falseRollback,
  metricName,
  onInconclusive,
  onNoData,
  preset,
  shareMax,
} from './analysis.ts';
import { gateLimits, PlannedGate } from './gate.ts';
import type { apiVersion } from './group.ts';
import { TemplateSource } from './metric-template.ts';
import type { ModelRolloutStatus } from './model-rollout-status.ts';
import type { ObjectMeta } from './object-meta.ts';
import { conditions, counts, failureLimit, query } from './query-metric.ts';
import { ActionReference, RolloutVerb } from './rollout-action.ts';
import { RolloutPlan, milliseconds } from './rollout-plan.ts';
import { field } from './schema.ts';

export type { RolloutPlan, RolloutStep } from './rollout-plan.ts';
export type {
  Approval,
  ModelRolloutStatus,
  RecordedAction,
  RolloutDecision,
  RolloutEvidence,
  RolloutOutcome,
} from './model-rollout-status.ts';

export const ModelReference = z.object({
  name: field(z.string().max(253), 'Name of the model, from the spec of the revision.').optional(),
  version: field(z.string().max(128), 'Version of the model, from the spec of the revision.').optional(),
});
/** The model that a revision serves, as far as its spec named it. */
export type ModelReference = z.infer<typeof ModelReference>;

export const revisionName = (description: string) => field(z.string().max(63), description);

const RevisionReference = z.object({
  revision: revisionName('Ten-character name of the revision.'),
  model: field(ModelReference, 'The model that the revision serves.').optional(),
});
export type RevisionReference = z.infer<typeof RevisionReference>;

/** What every planned metric has, whatever its kind. */
const planned = () => ({
  name: metricName(),
  initialDelayMs: milliseconds(
    'Not asked before the split was in force for this long, in milliseconds.',
  ).optional(),
  dryRun: dryRun().optional(),
  places: field(
    z
      .array(field(z.int().min(0), 'A step, from 0; the number after that of the promotion is the bake.'))
      .max(40),
    'Where the metric is asked. Absent: everywhere.',
    { listType: 'atomic' },
  ).optional(),
});

const compared = () => ({
  tolerance: field(
    z.number().min(1),
    'Harm that is accepted, as a ratio of the shares of bad requests. Absent: what `status.analysis.calibration` measured.',
  ).optional(),
  passMargin: field(z.number().min(1), 'What a Pass certifies, as a ratio of the shares of bad requests.'),
});

const RolloutMetric = field(
  z.discriminatedUnion('kind', [
    z.object({
      ...planned(),
      ...compared(),
      kind: z.literal('errorRate'),
      max: shareMax("The greatest share of the candidate's requests that may fail, from 0 to 1.").optional(),
    }),
    z.object({
      ...planned(),
      ...compared(),
      kind: z.literal('latency'),
      objective: field(
        z.object({
          thresholdMs: milliseconds('A request that takes longer than this is too slow, in milliseconds.'),
          max: shareMax('The greatest share of requests that may be too slow, from 0 to 1.'),
        }),
        "How many of the candidate's requests may be slow. Absent: the whole distributions are compared.",
      ).optional(),
    }),
    z.object({
      ...planned(),
      kind: z.literal('query'),
      query: query(''),
      template: TemplateSource.optional(),
      ...conditions(() => []),
      ...counts(),
      failureLimit: failureLimit(),
      windowMs: milliseconds('What `{{ window }}` stands for in the query, in milliseconds.').optional(),
    }),
  ]),
  'One question that gates ask.',
);
export type RolloutMetric = z.infer<typeof RolloutMetric>;

const RolloutAnalysis = field(
  z.object({
    source: field(z.string().max(63), "Name of the metrics source in the controller's configuration."),
    preset: preset(
      'Whose counters of requests and latency are read. Absent in records of older releases: `auto`.',
    ).optional(),
    intervalMs: milliseconds(
      "How often the gate looks, in milliseconds. Absent: the source's scrape interval.",
    ).optional(),
    minRequests: field(
      z.int().min(1),
      'Requests of the candidate without which no gate that counts passes.',
      {
        format: 'int32',
      },
    ),
    warmUpMs: milliseconds(
      'How long the first requests of a pod, or of the candidate, are not counted, in milliseconds. Absent: all count.',
    ).optional(),
    falseRollback: falseRollback(),
    falsePromotion: falsePromotion(),
    metrics: field(z.array(RolloutMetric).max(32), 'What the gates ask.', {
      listType: 'map',
      listMapKeys: ['name'],
    }),
    onInconclusive: field(onInconclusive(), 'What happens when a step had its longest time without a Pass.'),
    onNoData: field(onNoData(), 'What happens when the metrics were silent for too long.'),
    noDataForMs: milliseconds('How long silent metrics are waited for, in milliseconds.'),
  }),
  'The analysis with all defaults filled in, fixed when the rollout began.',
);
export type RolloutAnalysis = z.infer<typeof RolloutAnalysis>;

export const ModelRolloutSpec = field(
  z.object({
    number: field(z.int().min(1), 'Counts the rollouts of the ModelDeployment, from 1.', { format: 'int64' }),
    modelDeployment: field(z.string().min(1).max(253), 'Name of the ModelDeployment, in the same namespace.'),
    from: field(RevisionReference, 'The stable revision at the start: what the rollout goes back to.'),
    to: field(RevisionReference, 'The candidate.'),
    insteadOf: revisionName(
      'Of a rollback: the revision that the spec asked for at that time. It is left alone until the spec asks for another one.',
    ).optional(),
    requestedBy: field(
      ActionReference.extend({ verb: field(RolloutVerb, 'What was asked for.') }),
      'The RolloutAction that asked for the rollout, where one did.',
    ).optional(),
    plan: RolloutPlan,
    analysis: RolloutAnalysis,
    gates: field(z.array(PlannedGate).max(gateLimits.gates), 'Checks outside of the metrics. Absent: none.', {
      listType: 'map',
      listMapKeys: ['name'],
    }).optional(),
  }),
  'One attempt to move from one revision to another: what was fixed when it began. Written by the controller only.',
  {
    rules: [
      { rule: 'self == oldSelf', message: 'the spec of a ModelRollout cannot change', transition: true },
    ],
  },
);
export type ModelRolloutSpec = z.infer<typeof ModelRolloutSpec>;

/** One attempt to move from the stable revision to a candidate, as it is stored. */
export interface ModelRollout {
  apiVersion: typeof apiVersion;
  kind: 'ModelRollout';
  metadata: ObjectMeta;
  spec: ModelRolloutSpec;
  /** Absent until the controller's first pass after the creation. */
  status?: ModelRolloutStatus;
}
