import { z } from 'zod';
import { metricName, onInconclusive, onNoData, queryFields, shareMax } from './analysis.ts';
import type { apiVersion } from './group.ts';
import type { ModelRolloutStatus } from './model-rollout-status.ts';
import type { ObjectMeta } from './object-meta.ts';
import { field } from './schema.ts';

export type {
  ModelRolloutStatus,
  RolloutDecision,
  RolloutEvidence,
  RolloutOutcome,
} from './model-rollout-status.ts';

/** A time span as the record keeps it: whole milliseconds, which no reader has to parse. */
const milliseconds = (description: string) => field(z.int().min(0), description, { format: 'int64' });

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

const RolloutStep = field(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('weight'),
      weight: field(z.number().min(0).max(100), "The candidate's share of live traffic in percent."),
      holdMs: milliseconds('Stay at least this long, in milliseconds.'),
      maxHoldMs: milliseconds('Stay at most this long without a Pass, in milliseconds.'),
    }),
    z.object({
      kind: z.literal('pause'),
      durationMs: milliseconds(
        'Go on by itself after this time, in milliseconds. Absent: wait for a person.',
      ).optional(),
    }),
  ]),
  'One step of the plan.',
);
export type RolloutStep = z.infer<typeof RolloutStep>;

const RolloutPlan = field(
  z.object({
    steps: field(z.array(RolloutStep).max(32), 'The steps, in order.', { listType: 'atomic' }),
    bakeMs: milliseconds('How long the previous revision stays warm after the promotion, in milliseconds.'),
    progressDeadlineMs: milliseconds(
      'How long the candidate may make no progress towards ready, in milliseconds.',
    ),
    readinessPercent: field(
      z.int().min(1).max(100),
      'Share of the pods needed for the next weight that must be ready, in percent.',
      { format: 'int32' },
    ),
  }),
  'The plan with all defaults filled in, fixed when the rollout began.',
);
export type RolloutPlan = z.infer<typeof RolloutPlan>;

const RolloutMetric = field(
  z.discriminatedUnion('kind', [
    z.object({
      name: metricName(),
      kind: z.literal('errorRate'),
      max: shareMax("The greatest share of the candidate's requests that may fail, from 0 to 1."),
    }),
    z.object({
      name: metricName(),
      kind: z.literal('latency'),
      objective: field(
        z.object({
          thresholdMs: milliseconds('A request that takes longer than this is too slow, in milliseconds.'),
          max: shareMax('The greatest share of requests that may be too slow, from 0 to 1.'),
        }),
        "How many of the candidate's requests may be slow.",
      ),
    }),
    z.object({
      name: metricName(),
      kind: z.literal('query'),
      ...queryFields(),
      failureLimit: field(z.int().min(0), 'How many failures on one step are tolerated.', {
        format: 'int32',
      }),
    }),
  ]),
  'One question that the gate of each step asks.',
);
export type RolloutMetric = z.infer<typeof RolloutMetric>;

const RolloutAnalysis = field(
  z.object({
    source: field(z.string().max(63), "Name of the metrics source in the controller's configuration."),
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
    metrics: field(z.array(RolloutMetric).max(16), 'What each gate asks.', {
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
    plan: RolloutPlan,
    analysis: RolloutAnalysis,
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
