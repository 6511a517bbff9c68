import { z } from 'zod';
import { Outcome, RolloutPhase, Verdict } from '../../api/phase.ts';
import { RolloutVerb } from '../../api/rollout-action.ts';
import { Actor, count, ModelName, percent, RevisionName, time, told } from './common.ts';
import { Strategy } from './list.ts';
import { UserGates } from './user-gate.ts';

const Arm = told(
  z.object({
    requests: count('Requests counted on this step.'),
    bad: count('Those of them that failed, or were too slow.'),
    share: told(z.number().min(0), 'bad ÷ requests; absent without requests.').optional(),
  }),
  'What was counted of one revision.',
);

export const Threshold = told(
  z.object({
    value: told(z.number(), 'In the unit of the series.'),
    says: told(z.string(), '`max 2 %`: what the line is.'),
    kind: told(
      z.enum(['max', 'pass', 'fail']),
      '`max`: above it is harm. `pass` and `fail`: a bound of a query.',
    ),
  }),
  'A line in the chart.',
);

const Proof = told(
  z.object({
    ln: told(z.number(), 'Natural logarithm of the odds so far.'),
    lnNeeded: told(z.number(), 'Where it is decided: the bound.'),
    words: told(z.string(), '`6 : 1`.'),
    neededWords: told(z.string(), '`20 : 1`.'),
    progress: told(z.number().min(0).max(1), 'How far the bar is: 0 at even odds, 1 at the bound.'),
  }),
  'One sequential proof against its bound.',
);

export const MetricDetail = told(
  z.object({
    metric: z.string(),
    kind: z.enum(['errorRate', 'latency', 'query']),
    verdict: told(Verdict, 'Absent while the gate does not ask it.').optional(),
    words: told(z.string(), 'Why, in words and numbers.').optional(),
    asked: told(z.string(), 'What it asks, in words: `share of failed requests`, or the query.'),
    value: told(z.number(), 'The number behind the verdict.').optional(),
    dryRun: told(z.boolean(), 'Shown only: it decides nothing.'),
    thresholds: z.array(Threshold),
    tolerance: told(z.number(), 'Harm smaller than this ratio is accepted.').optional(),
    passMargin: told(z.number(), 'A Pass certifies less than this ratio.').optional(),
    step: told(
      z.int().min(0),
      'The step, from 0, that `candidate`, `stable` and `health` are counted on.',
    ).optional(),
    candidate: Arm.optional(),
    stable: Arm.optional(),
    whole: told(
      z.object({ candidate: Arm, stable: Arm }),
      'Counted over the whole rollout. Only for metrics that count.',
    ).optional(),
    harm: told(
      Proof,
      'That the candidate does harm, over the whole rollout: at the bound it is taken back.',
    ).optional(),
    health: told(Proof, 'That it is healthy, on this step: at the bound the gate passes.').optional(),
    query: told(
      z.object({
        measurements: count('Taken on this step.'),
        failures: count('Failed ones.'),
        failureLimit: count('At most so many.').optional(),
        lastValue: z.number().optional(),
      }),
      'Only for kind `query`.',
    ).optional(),
  }),
  'One metric: what it asks, what was counted, how far its proofs are, and its verdict in words.',
);
export type MetricDetail = z.infer<typeof MetricDetail>;

export const TimelineEntry = told(
  z.object({
    part: z.enum(['prepare', 'step', 'promote', 'bake', 'report']),
    number: told(z.int(), 'Of a step: its number from 1, as messages have it.').optional(),
    kind: told(
      z.enum(['weight', 'adaptive', 'pause', 'match', 'mirror', 'scale', 'preview']),
      'Of a step.',
    ).optional(),
    words: told(z.string(), '`weight 25 %, hold 2m`.'),
    weight: percent("The candidate's share that it gives, where it gives one.").optional(),
    place: told(
      z.enum(['done', 'here', 'ahead', 'failed', 'never']),
      'Where it stands: `failed` is where a rollout ended, `never` what it did not reach.',
    ),
    enteredAt: time('When it was entered, where the decision log still has it.').optional(),
  }),
  'One element of the plan.',
);

export const Gate = told(
  z.object({
    words: told(z.string(), 'The current element of the plan.'),
    enteredAt: time('When it was entered.').optional(),
    inForceSince: time(
      'Since when its split is in force, from which time counts. Absent: not yet.',
    ).optional(),
    earliestAt: time('Not left before this time: hold, duration of a pause or copy, or bake.').optional(),
    latestAt: time('Without a Pass by then, `onInconclusive` decides.').optional(),
    onInconclusive: told(z.enum(['pause', 'rollback', 'promote']), 'What happens then.').optional(),
    nextDecisionAt: time('When time alone brings the next decision.').optional(),
    requests: told(
      z.object({
        counted: count("The candidate's requests on this step."),
        needed: count('Fewer than these never pass.'),
        left: count(
          'About how many more decide, as things go. Absent: unknown, or waiting does not help.',
        ).optional(),
      }),
      'Only where requests are counted.',
    ).optional(),
    approvals: told(
      z.object({ needed: count('So many people.'), given: z.array(Actor.extend({ at: time('When.') })) }),
      'Only at a pause that asks for them.',
    ).optional(),
    paused: told(
      z.object({
        since: time('Since when.'),
        reason: z.string(),
        documentation: z.string().optional(),
        by: told(Actor, 'Where a person froze it.').optional(),
      }),
      'Present while it stands still.',
    ).optional(),
    waiting: told(z.array(z.string()), 'What it waits for, in sentences.'),
  }),
  'Where a rollout that runs stands, and what it waits for.',
);

export const Decision = told(
  z.object({
    at: time('When.'),
    step: told(z.int(), 'The step at that time, from 0.'),
    action: z.string(),
    weight: percent("The candidate's share from then on."),
    verdict: Verdict.optional(),
    reason: z.string(),
    documentation: told(z.string(), 'What the reason means.').optional(),
    message: told(z.string(), 'Why, in words and numbers.'),
    by: told(
      Actor.extend({ action: z.string() }),
      'Who asked for it, and in which RolloutAction.',
    ).optional(),
  }),
  'One decision.',
);

export const Revision = z.object({ revision: RevisionName, model: ModelName.optional(), label: z.string() });

export const RolloutSummary = told(
  z.object({
    name: z.string(),
    number: told(z.int(), 'Counts the rollouts of the ModelDeployment, from 1.'),
    strategy: Strategy,
    from: told(Revision, 'The stable revision at its start.'),
    to: told(Revision, 'The candidate.'),
    phase: RolloutPhase,
    outcome: told(Outcome, 'Absent while it runs.').optional(),
    reason: z.string().optional(),
    message: told(z.string(), 'Why it is as it is.').optional(),
    startedAt: time('When it began.').optional(),
    endedAt: time('When its outcome was written.').optional(),
    tookMs: count('From its beginning to its outcome, in milliseconds.').optional(),
    by: told(z.string(), 'With whose word it began, or the last one who took part.').optional(),
  }),
  'One rollout in a line.',
);
export type RolloutSummary = z.infer<typeof RolloutSummary>;

const Report = told(
  z.object({
    metric: z.string(),
    verdict: Verdict,
    dryRun: z.boolean(),
    message: z.string(),
    candidate: z.object({ value: z.number().optional(), requests: z.number().optional() }).optional(),
    stable: z.object({ value: z.number().optional(), requests: z.number().optional() }).optional(),
  }),
  'What a shadow found of one metric, both revisions on the same requests.',
);

export const RolloutDetail = told(
  RolloutSummary.extend({
    timeline: z.array(TimelineEntry),
    gate: told(Gate, 'Absent once it has ended.').optional(),
    weight: percent("The candidate's share, as decided."),
    metrics: z.array(MetricDetail),
    gates: told(UserGates, "The user's own gates, as they were when the rollout began."),
    decisions: told(z.array(Decision).max(20), 'The last ones, the oldest first.'),
    earlierDecisions: told(
      z.object({ count: z.int(), from: time('First.'), to: time('Last.') }),
      'Those of which only this is kept.',
    ).optional(),
    actions: told(
      z.array(
        z.object({
          name: z.string(),
          verb: RolloutVerb,
          by: Actor,
          at: time('When it was carried out.'),
          message: z.string(),
        }),
      ),
      'What people asked for and got.',
    ),
    report: z.array(Report).optional(),
    lossSpent: count('Bad requests that the candidate has surely cost so far.').optional(),
    bakeMs: count('How long the previous revision stays warm.'),
    source: told(z.string(), 'The metrics source that its gates ask.'),
  }),
  'One rollout with its record.',
);
export type RolloutDetail = z.infer<typeof RolloutDetail>;

export const RolloutAnswer = z.object({ serverTime: time('Now.'), rollout: RolloutDetail });
