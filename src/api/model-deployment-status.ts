import { z } from 'zod';
import { conditions } from './conditions.ts';
import { ModelReference, revisionName } from './model-rollout.ts';
import { NotificationStatus } from './notification.ts';
import { PresetChoice } from './model-rollout-status.ts';
import { Outcome, Phase, Verdict } from './phase.ts';
import { field, time } from './schema.ts';
import { observedGeneration, unseenStatus } from './unseen-status.ts';

const pods = (description: string) => field(z.int().min(0), description, { format: 'int32' });
const share = (description: string) => field(z.number().min(0).max(100), description);

const RoleStatus = z.object({
  revision: revisionName('Ten-character name of the revision.'),
  model: field(ModelReference, 'The model that the revision serves.').optional(),
  replicas: pods('Pods that the revision has.'),
  ready: pods('Pods of the revision that are ready to serve.'),
});
/** The revision that plays a role, and its pods. */
export type RoleStatus = z.infer<typeof RoleStatus>;

const RolloutSummary = field(
  z.object({
    name: field(z.string().max(253), 'Name of the ModelRollout.'),
    step: field(z.int().min(0), 'The step that the rollout is at, from 0.', { format: 'int32' }),
    steps: field(z.int().min(0), 'How many steps the plan has.', { format: 'int32' }),
    since: time('When the step began.').optional(),
    nextDecisionAt: time(
      'When time alone will bring the next decision; absent when it waits for something else.',
    ).optional(),
    lossSpent: field(
      z.int().min(0),
      'Bad requests that the candidate has surely cost so far, more than the stable revision would have had. Only where there is a `lossBudget`.',
      { format: 'int64' },
    ).optional(),
    outcome: field(Outcome, 'How the rollout ended; absent while it runs.').optional(),
  }),
  'The rollout that runs, or the last one.',
);
export type RolloutSummary = z.infer<typeof RolloutSummary>;

const TrafficStatus = field(
  z.object({
    desired: share('What was decided.').optional(),
    applied: share('What the live traffic objects say, as read back.').optional(),
    observed: share('What the gateway counted lately.').optional(),
    mirrored: share('Share of the live requests that is copied to the candidate, as read back.').optional(),
    acknowledged: field(
      z.boolean(),
      'The data plane has taken over what the traffic objects say: their own acknowledgement, read back.',
    ).optional(),
    achievable: share(
      'The share nearest to `desired` that the pod counts behind a plain Service can give.',
    ).optional(),
  }),
  "The candidate's share of live traffic in percent: what was decided, written and measured.",
);
export type TrafficStatus = z.infer<typeof TrafficStatus>;

const MetricStatus = field(
  z.object({
    metric: field(z.string().max(63), 'Name of the metric.'),
    verdict: field(Verdict, 'What it says now.'),
    message: field(z.string().max(1024), 'Why, in words and numbers.').optional(),
    value: field(z.number(), 'The number behind it: a share, or the result of the query.').optional(),
    dryRun: field(z.boolean(), 'It is shown only: the verdict decides nothing.').optional(),
  }),
  'What one metric says.',
);
export type MetricStatus = z.infer<typeof MetricStatus>;

const PresetStatus = field(
  PresetChoice.extend({
    says: field(
      z.array(field(z.string().max(512), 'A sentence.')).max(8),
      'What cannot be had from it, and where it misleads.',
      { listType: 'atomic' },
    ).optional(),
  }),
  'Whose counters the running rollout is judged by.',
);

export const ModelDeploymentStatus = field(
  z.object({
    observedGeneration: observedGeneration(),
    phase: field(Phase, 'What is going on, in one word.').optional(),
    message: field(z.string().max(4096), 'What is going on, in words.').optional(),
    stable: field(RoleStatus, 'The revision that users have.').optional(),
    candidate: field(RoleStatus, 'The revision on trial.').optional(),
    rollout: RolloutSummary.optional(),
    traffic: TrafficStatus.optional(),
    replicas: pods("The stable revision's pods, for autoscalers: one arm only.").optional(),
    selector: field(
      z.string().max(1024),
      "Label selector of the stable revision's pods, for autoscalers.",
    ).optional(),
    analysis: field(z.array(MetricStatus).max(16), 'What each metric of the running gate says.', {
      listType: 'map',
      listMapKeys: ['metric'],
    }).optional(),
    preset: PresetStatus.optional(),
    notifications: field(
      z.array(field(NotificationStatus, 'How far one target has been told.')).max(48),
      'How far each target of notifications has been told: whoever takes over goes on from there.',
      { listType: 'map', listMapKeys: ['target'] },
    ).optional(),
    conditions: conditions().optional(),
  }),
  'What was read back and measured. Written by the controller only.',
  { default: unseenStatus },
);
export type ModelDeploymentStatus = z.infer<typeof ModelDeploymentStatus>;
