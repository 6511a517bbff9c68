import { z } from 'zod';
import { conditions } from './conditions.ts';
import { gateLimits } from './gate.ts';
import { GateRecord } from './gate-record.ts';
import { Outcome, RolloutPhase, Verdict } from './phase.ts';
import { ActionReference, RolloutVerb } from './rollout-action.ts';
import { field, time } from './schema.ts';

const count = (description: string) => field(z.number().min(0), description);
const weight = (description: string) => field(z.number().min(0).max(100), description);

/** Requests are counted as numbers, not integers: an increase between two scrapes need not be whole. */
const ArmCounts = z.object({
  requests: count('Requests counted on this step.'),
  bad: count('Those of them that failed, or were too slow.'),
});
export type ArmCounts = z.infer<typeof ArmCounts>;

const lnSums = (description: string) =>
  field(z.array(field(z.number(), 'One logarithm.')).max(32), description, {
    listType: 'atomic',
  }).optional();

const startMixture = (description: string) =>
  field(
    z.object({
      running: field(z.array(field(z.number(), 'One logarithm.')).max(32), 'What has begun.', {
        listType: 'atomic',
      }),
      unstarted: field(z.number().min(0).max(1), 'The part that has not begun.'),
    }),
    description,
  ).optional();

/** Natural logarithms, one for each ratio that a test bets on: `src/domain/analysis/count-tests.ts`. */
const CountTests = field(
  z.object({
    harm: startMixture('Against "no harm beyond the tolerance", over the whole rollout.'),
    limit: startMixture('Against "within the limit `max`", over the whole rollout.'),
    noHarm: lnSums('Against "as bad as `passMargin` says, or worse", on this step.'),
    underLimit: lnSums('Against "at the limit, or beyond", on this step.'),
    drift: lnSums('Against "no worse than the stable revision was", since the promotion.'),
    passed: field(z.boolean(), 'The evidence of this step sufficed for a Pass.').optional(),
  }),
  'What the sequential tests of a metric know.',
);
export type CountTests = z.infer<typeof CountTests>;

const MetricEvidence = field(
  z.object({
    candidate: field(ArmCounts, "The candidate's requests. Only for metrics that count.").optional(),
    stable: field(ArmCounts, "The stable revision's requests. Only for metrics that count.").optional(),
    whole: field(
      z.object({
        candidate: field(ArmCounts, "The candidate's requests."),
        stable: field(ArmCounts, "The stable revision's requests."),
      }),
      'Requests counted over the whole rollout. Only for metrics that count.',
    ).optional(),
    tests: CountTests.optional(),
    boundsMs: field(
      z.array(field(z.number().min(0), 'A bound of the histogram, in milliseconds.')).max(3),
      'Where latencies are compared as a whole: requests that take longer than each of these. Health is proved at the first. Chosen when the rollout began to count.',
      { listType: 'atomic' },
    ).optional(),
    loss: field(
      z.object({
        excess: field(
          z.number(),
          "The candidate's bad requests less those that the stable revision would have had in its place.",
        ),
        variance: count('Its estimated variance.'),
      }),
      'What the candidate has cost over the whole rollout. Only where there is a budget for it.',
    ).optional(),
    measurements: field(z.int().min(0), 'How many measurements were taken on this step.', {
      format: 'int32',
    }),
    failures: field(z.int().min(0), 'How many of them failed.', { format: 'int32' }),
    successes: field(
      z.int().min(0),
      'How many measurements of this step passed in a row, up to the last one; counted where a number of them is asked for.',
      { format: 'int32' },
    ).optional(),
    lastValue: field(z.number(), 'The number that the last measurement gave.').optional(),
  }),
  'Evidence of one metric.',
);
export type MetricEvidence = z.infer<typeof MetricEvidence>;

const PodNoise = field(
  z.object({
    pods: field(z.int().min(0), 'Pods of the stable revision that were compared.', { format: 'int32' }),
    spread: field(
      z.number().min(0),
      'By how much their lasting rates of bad requests differ: the standard deviation of the logarithm.',
    ),
    dispersion: field(
      z.number().min(1),
      'How much more their counts vary than those of independent requests; evidence is divided by it.',
    ),
    tolerance: field(z.number().min(1), 'The harm that is no more than this noise, as a ratio.'),
  }),
  'The noise of one metric.',
);

export const Calibration = field(
  z.object({
    metrics: field(
      z.record(z.string(), PodNoise),
      'What was measured, by name of the metric. One that is missing here could not be measured.',
      { maxProperties: 16 },
    ),
    because: field(z.string().max(512), 'Why something could not be measured, in words.').optional(),
  }),
  'How the pods of the stable revision differed from each other before the rollout: what a comparison has to bear.',
);
export type Calibration = z.infer<typeof Calibration>;

export const PresetChoice = z.object({
  name: field(z.string().max(63), 'Name of the preset.'),
  requests: field(z.string().max(253), 'The counter of requests; absent while none was seen.').optional(),
  latency: field(z.string().max(253), 'The series of latency; absent while none was seen.').optional(),
});
/** Which series a rollout is judged by. */
export type PresetChoice = z.infer<typeof PresetChoice>;

export const RolloutEvidence = field(
  z.object({
    cursorMs: field(
      z.int().min(0),
      'Samples of requests up to this time were used, in milliseconds since 1970 (law 10).',
      { format: 'int64' },
    ),
    latencyCursorMs: field(
      z.int().min(0),
      'The same for samples of latency. Absent where both are used up to the same time.',
      { format: 'int64' },
    ).optional(),
    stepIndex: field(z.int().min(0), 'The step that the numbers belong to, from 0.', { format: 'int32' }),
    sinceMs: field(z.int().min(0), 'When counting on the step began, in milliseconds since 1970.', {
      format: 'int64',
    }),
    beganMs: field(
      z.int().min(0),
      'When the candidate first had requests, in milliseconds since 1970. Only where the first ones do not count.',
      { format: 'int64' },
    ).optional(),
    measuredAtMs: field(
      z.int().min(0),
      'The newest measurement that was used, in milliseconds since 1970: a query counts once.',
      { format: 'int64' },
    ).optional(),
    share: field(
      z.object({
        candidate: count('Requests that reached the candidate.'),
        stable: count('Requests that reached the stable revision.'),
        sinceMs: field(
          z.int().min(0),
          'When that split came into force, where the step has several; in milliseconds since 1970.',
          { format: 'int64' },
        ).optional(),
      }),
      'Requests of the scrape intervals that lie wholly after the split was in force, for the share test.',
    ).optional(),
    metrics: field(z.record(z.string(), MetricEvidence), 'Evidence by name of the metric.', {
      maxProperties: 16,
    }),
  }),
  'Checkpoint of the evidence: a restarted controller counts on from here.',
);
export type RolloutEvidence = z.infer<typeof RolloutEvidence>;

const RolloutDecision = field(
  z.object({
    at: time('When it was decided.'),
    step: field(z.int().min(0), 'The step at that time, from 0.', { format: 'int32' }),
    action: field(z.string().max(63), 'What was done, in one word.'),
    weight: weight("The candidate's weight from then on, in percent."),
    verdict: field(Verdict, 'What the gate said, where a gate was asked.').optional(),
    reason: field(z.string().max(128), 'Why, as a CamelCase constant.'),
    message: field(z.string().max(1024), 'Why, in words and numbers.'),
    requestedBy: field(ActionReference, 'The RolloutAction that asked for it, where one did.').optional(),
  }),
  'One decision.',
);
export type RolloutDecision = z.infer<typeof RolloutDecision>;

const Approval = field(
  ActionReference.extend({ at: time('When it was given.') }),
  'One approval of a pause that needs them.',
);
export type Approval = z.infer<typeof Approval>;

/** So many actions at most wait for their own status to be written at one time. */
export const mostActions = 20;

const RecordedAction = field(
  ActionReference.extend({
    verb: field(RolloutVerb, 'What was asked for.'),
    at: time('When it was carried out.'),
    step: field(z.int().min(0), 'The step at that time, from 0.', { format: 'int32' }),
    message: field(z.string().max(1024), 'What was done, in words.'),
  }),
  'One action that was carried out.',
);
export type RecordedAction = z.infer<typeof RecordedAction>;

const ArmReport = field(
  z.object({
    value: field(z.number(), 'The share of bad requests, or the result of the query.').optional(),
    requests: count('Requests that were counted.').optional(),
  }),
  'What was measured of one revision.',
);

const MetricReport = field(
  z.object({
    metric: field(z.string().max(63), 'Name of the metric.'),
    verdict: field(Verdict, 'What it said at the end.'),
    dryRun: field(z.boolean(), 'It is shown only: the verdict decided nothing.').optional(),
    message: field(z.string().max(1024), 'Why, in words and numbers.'),
    candidate: field(ArmReport, 'The candidate, on copies of the requests.').optional(),
    stable: field(ArmReport, 'The stable revision, on the requests themselves.').optional(),
  }),
  'One metric of both revisions.',
);
export type MetricReport = z.infer<typeof MetricReport>;

/** The stable was made smaller by choice, so that weight returns as fast as its pods become ready. */
const Returning = field(
  z.object({
    outcome: field(Outcome, 'How the rollout will have ended.'),
    reason: field(z.string().max(128), 'Why, as a CamelCase constant.'),
    message: field(z.string().max(1024), 'Why, in words.'),
    remembered: field(z.boolean(), 'Whether the revision is to be left alone afterwards.'),
  }),
  'The end that is already decided.',
);

/** A rollout goes forward through its phases, so there are never more than a few. */
const PhaseTimes = field(
  z.object({
    phase: field(RolloutPhase, 'Which phase.'),
    startedAt: time('When it began.'),
    endedAt: time('When it was left; absent while the rollout is in it.').optional(),
  }),
  'One phase and its times.',
);

export const ModelRolloutStatus = field(
  z.object({
    observedGeneration: field(z.int().min(0), 'The generation of the spec that the status speaks of.', {
      format: 'int64',
    }).optional(),
    phase: field(RolloutPhase, 'Where the rollout stands.'),
    phases: field(z.array(PhaseTimes).max(8), 'The phases so far, in order, with their times.', {
      listType: 'atomic',
    }).optional(),
    step: field(
      z.object({
        index: field(z.int().min(0), 'Which step, from 0.', { format: 'int32' }),
        enteredAt: time('When the step began.'),
        appliedAt: time("When the step's split was seen to be in force; `hold` counts from here.").optional(),
        beganAt: time(
          'When the first split of an adaptive step was seen to be in force; its `hold` and `maxHold` count from here.',
        ).optional(),
        target: weight(
          'The share that the evidence chose, in percent: `weight` follows as soon as there is capacity for it. Only on an adaptive step.',
        ).optional(),
        approvals: field(
          z.array(Approval).max(10),
          'Who has approved so far, where the step is a pause with approvals.',
          {
            listType: 'map',
            listMapKeys: ['uid'],
          },
        ).optional(),
      }),
      'The step in the plan.',
    ),
    weight: weight(
      "The candidate's share of live traffic in percent, as decided. Once taken back it is not raised again.",
    ),
    progress: field(
      z.object({
        ready: field(z.int().min(0), 'The most ready pods that the candidate had so far.', {
          format: 'int32',
        }),
        at: time('When that number last grew.'),
      }),
      'Progress towards ready, for the progress deadline.',
    ).optional(),
    losses: field(
      z.int().min(0),
      'How often the candidate has lost all its ready pods while it had weight. A rollout survives few of them.',
      { format: 'int32' },
    ).optional(),
    paused: field(
      z.object({
        since: time('Since when.'),
        reason: field(z.string().max(128), 'Why, as a CamelCase constant.'),
      }),
      'Present while the rollout stands still until somebody acts or a time is over.',
    ).optional(),
    pausedBy: field(
      ActionReference.extend({
        requestedAt: time('When it was asked for.'),
        resumesBefore: field(
          z.array(field(z.string().max(63), 'Uid of a RolloutAction.')).max(mostActions),
          'The uids of those with verb `resume` that were there already when it froze the rollout: they do not end it.',
          { listType: 'atomic' },
        ).optional(),
      }),
      'The RolloutAction that froze the rollout; present until another one resumes it.',
    ).optional(),
    full: field(
      z.boolean(),
      'It was promoted in full by a person: no step, no analysis and no share that is held back any more.',
    ).optional(),
    actions: field(
      z.array(RecordedAction).max(mostActions),
      'The RolloutActions that were carried out here lately: each of them once, whatever happens before its own status says so.',
      { listType: 'map', listMapKeys: ['uid'] },
    ).optional(),
    gates: field(
      z.array(GateRecord).max(gateLimits.gates),
      'What each gate said last, at the place where it was asked last.',
      { listType: 'map', listMapKeys: ['name'] },
    ).optional(),
    analysis: field(
      z.object({
        noDataSince: time('Since when the metrics have been silent.').optional(),
        preset: field(
          PresetChoice,
          'What requests and latency are counted by, chosen when its series were first seen, and kept to the end.',
        ).optional(),
        calibration: Calibration.optional(),
        evidence: RolloutEvidence.optional(),
      }),
      'What the gates know.',
    ).optional(),
    returning: field(Returning, 'Present while traffic goes back step by step.').optional(),
    report: field(
      z.array(MetricReport).max(32),
      'What the shadow found: both revisions on the same requests.',
      {
        listType: 'map',
        listMapKeys: ['metric'],
      },
    ).optional(),
    promotedAt: time('When the candidate took all traffic and became the stable revision.').optional(),
    endedAt: time('When the outcome was written.').optional(),
    duration: field(
      z.string().max(40),
      'How long it took from its beginning to its outcome, as text such as `23m4s`.',
    ).optional(),
    outcome: field(Outcome, 'How the rollout ended.').optional(),
    reason: field(z.string().max(128), 'Why it is as it is, as a CamelCase constant.').optional(),
    message: field(z.string().max(4096), 'Why it is as it is, in words.').optional(),
    remembered: field(
      z.boolean(),
      'The revision that the spec asks for is not tried again until the spec asks for another one, or somebody says so.',
    ).optional(),
    decisions: field(
      z.array(RolloutDecision).max(20),
      'What was decided and on which numbers; the last 20.',
      {
        listType: 'atomic',
      },
    ).optional(),
    earlier: field(
      z.object({
        count: field(z.int().min(1), 'How many.', { format: 'int32' }),
        from: time('When the first of them was taken.'),
        to: time('When the last of them was taken.'),
      }),
      'The decisions before those in `decisions`, of which only this is kept.',
    ).optional(),
    conditions: conditions().optional(),
  }),
  'What happened so far. Written by the controller only.',
);
export type ModelRolloutStatus = z.infer<typeof ModelRolloutStatus>;
export type RolloutOutcome = z.infer<typeof Outcome>;
