import { parseDuration } from '../../api/duration-text.ts';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import type {
  ModelRollout,
  RevisionReference,
  RolloutDecision,
  RolloutStep,
} from '../../api/model-rollout.ts';
import { currentStep, promotedWeight, stepSinceMs } from '../../domain/strategy/plan.ts';
import { toMs, toTime } from '../../domain/time.ts';
import { reasonWords } from '../../presentation/conditions.ts';
import { courseOf, type PlaceInPlan } from '../../presentation/plan-words.ts';
import { actorOf } from '../../presentation/rollout-actor.ts';
import { modelWords } from '../../presentation/words.ts';
import type { RolloutDetail, RolloutSummary } from '../schemas.ts';
import { metricDetails } from './metric-details.ts';
import { nameOnly } from './row.ts';
import { userGatesOf } from './user-gates.ts';

const revisionOf = ({ revision, model }: RevisionReference): RolloutSummary['from'] => ({
  revision,
  ...(model && { model: nameOnly(model) }),
  label: modelWords(model, revision),
});

/** A rollout in a line. */
export function summaryOf(rollout: ModelRollout): RolloutSummary {
  const { metadata, spec, status } = rollout;
  const by = actorOf(rollout);
  return {
    name: metadata.name,
    number: spec.number,
    strategy: spec.plan.strategy ?? 'canary',
    from: revisionOf(spec.from),
    to: revisionOf(spec.to),
    phase: status?.phase ?? 'Preparing',
    ...(status?.outcome !== undefined && { outcome: status.outcome }),
    ...(status?.reason !== undefined && { reason: status.reason }),
    ...(status?.message !== undefined && { message: status.message }),
    ...(metadata.creationTimestamp !== undefined && { startedAt: metadata.creationTimestamp }),
    ...(status?.endedAt !== undefined && { endedAt: status.endedAt }),
    ...(status?.duration !== undefined && { tookMs: parseDuration(status.duration) }),
    ...(by !== undefined && { by }),
  };
}

interface Standing {
  model?: ModelDeployment;
  waiting?: string[];
}

/** A rollout with its record. `model`, and what it waits for in sentences, are given for the rollout that its status is about. */
export function rolloutDetailOf(rollout: ModelRollout, nowMs: number, about: Standing = {}): RolloutDetail {
  const { spec, status } = rollout;
  const { model } = about;
  const gate = status && status.outcome === undefined ? gateOf(rollout, nowMs, about) : undefined;
  const lossSpent = model?.status?.rollout?.lossSpent;
  return {
    ...summaryOf(rollout),
    timeline: timelineOf(rollout, nowMs),
    ...(gate && { gate }),
    weight: status?.weight ?? 0,
    metrics: metricDetails(rollout, model),
    gates: userGatesOf(rollout, nowMs, model),
    decisions: (status?.decisions ?? []).map(decisionOf),
    ...(status?.earlier && { earlierDecisions: status.earlier }),
    actions: (status?.actions ?? []).map(({ name, verb, actor, at, message }) => ({
      ...{ name, verb, at, message },
      by: actor,
    })),
    ...(status?.report && {
      report: status.report.map(({ metric, verdict, dryRun = false, message, candidate, stable }) => ({
        ...{ metric, verdict, dryRun, message },
        ...(candidate && { candidate }),
        ...(stable && { stable }),
      })),
    }),
    ...(lossSpent !== undefined && { lossSpent }),
    bakeMs: spec.plan.bakeMs,
    source: spec.analysis.source,
  };
}

function decisionOf({ at, step, action, weight, verdict, reason, message, requestedBy }: RolloutDecision) {
  const documentation = reasonWords(reason);
  return {
    ...{ at, step, action, weight, reason, message },
    ...(verdict !== undefined && { verdict }),
    ...(documentation !== undefined && { documentation }),
    ...(requestedBy && { by: { ...requestedBy.actor, action: requestedBy.name } }),
  };
}

function timelineOf(rollout: ModelRollout, nowMs: number): RolloutDetail['timeline'] {
  const { plan } = rollout.spec;
  const decisions = rollout.status?.decisions ?? [];
  return courseOf(rollout, nowMs).map(({ number, words, place }, index) => {
    const step = number === undefined ? undefined : plan.steps[number - 1];
    const part = partOf({ number, words }, index, plan.steps.length, plan.end);
    const weight = step
      ? weightOf(step)
      : part === 'promote'
        ? promotedWeight(plan)
        : part === 'bake'
          ? promotedWeight(plan)
          : undefined;
    const entered =
      place === 'here'
        ? rollout.status?.step.enteredAt
        : number === undefined
          ? undefined
          : decisions.find((one) => one.step === number - 1)?.at;
    return {
      part,
      ...(number !== undefined && { number }),
      ...(step && { kind: step.kind }),
      words,
      ...(weight !== undefined && { weight }),
      place,
      ...(entered !== undefined && place !== 'ahead' && place !== 'never' && { enteredAt: entered }),
    };
  });
}

function partOf(
  { number }: Pick<PlaceInPlan, 'number' | 'words'>,
  index: number,
  steps: number,
  end: 'promote' | 'stop' | undefined,
): RolloutDetail['timeline'][number]['part'] {
  if (index === 0) return 'prepare';
  if (number !== undefined) return 'step';
  if (end === 'stop') return 'report';
  return index === steps + 1 ? 'promote' : 'bake';
}

const weightOf = (step: RolloutStep): number | undefined => {
  if (step.kind === 'weight') return step.weight;
  return step.kind === 'adaptive' ? step.start : undefined;
};

function gateOf(
  rollout: ModelRollout,
  nowMs: number,
  { model, waiting = [] }: Standing,
): RolloutDetail['gate'] {
  const { plan, analysis } = rollout.spec;
  const status = rollout.status!;
  const here = courseOf(rollout, nowMs).find(({ place }) => place === 'here');
  const step = currentStep(plan, status);
  const sinceMs = stepSinceMs(plan, status);
  const time = (ms: number | undefined) => (ms === undefined ? undefined : toTime(ms));
  const from = (ms: number | undefined) =>
    ms === undefined || sinceMs === undefined ? undefined : time(sinceMs + ms);
  const holdMs =
    status.phase === 'Baking'
      ? plan.bakeMs
      : step && ('holdMs' in step ? step.holdMs : 'durationMs' in step ? step.durationMs : undefined);
  const earliestAt = from(holdMs);
  const latestAt = step && 'maxHoldMs' in step ? from(step.maxHoldMs) : undefined;
  const counted = requestsOf(rollout);
  const needed = step?.kind === 'mirror' && step.minRequests > 0 ? step.minRequests : analysis.minRequests;
  const { paused, pausedBy } = status;
  const documentation = paused && reasonWords(paused.reason);
  return {
    words: here?.words ?? status.phase,
    ...(toMs(status.step.enteredAt) !== undefined && { enteredAt: status.step.enteredAt }),
    ...(sinceMs !== undefined && { inForceSince: toTime(sinceMs) }),
    ...(earliestAt !== undefined && { earliestAt }),
    ...(latestAt !== undefined && { latestAt, onInconclusive: analysis.onInconclusive }),
    ...(model?.status?.rollout?.nextDecisionAt !== undefined && {
      nextDecisionAt: model.status.rollout.nextDecisionAt,
    }),
    ...(counted !== undefined && {
      requests: { counted, needed, ...(counted < needed && { left: Math.ceil(needed - counted) }) },
    }),
    ...(step?.kind === 'pause' &&
      step.approvals !== undefined && {
        approvals: {
          needed: step.approvals,
          given: (status.step.approvals ?? []).map(({ actor, at }) => ({ ...actor, at })),
        },
      }),
    ...(paused && {
      paused: {
        since: paused.since,
        reason: paused.reason,
        ...(documentation !== undefined && { documentation }),
        ...(pausedBy && { by: pausedBy.actor }),
      },
    }),
    waiting,
  };
}

/** The candidate's requests on this step, by the metric that has counted most. */
function requestsOf({ spec, status }: ModelRollout): number | undefined {
  const evidence = status?.analysis?.evidence;
  if (!evidence || evidence.stepIndex !== status.step.index) return undefined;
  const counted = spec.analysis.metrics.flatMap(
    ({ name }) => evidence.metrics[name]?.candidate?.requests ?? [],
  );
  return counted.length === 0 ? undefined : Math.max(...counted);
}
