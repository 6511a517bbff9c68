import type { RolloutOutcome } from '../../api/model-rollout.ts';
import type { Reason } from '../../api/reasons.ts';
import { maxOf } from '../analysis/count-metric.ts';
import { endedByAction } from '../actions/ending-by-action.ts';
import { formatDuration } from '../../api/duration.ts';
import { toMs } from '../time.ts';
import { isShareRejected } from './evidence.ts';
import { because, readyPods } from '../words.ts';
import type { ActionView, RolloutView, World } from '../world.ts';
import type { RolloutContext } from './rollout-context.ts';
import { currentStep, plannedWeight, stepSinceMs } from './plan.ts';
import { spentInWords } from './loss-budget.ts';
import { endingGate } from './outside-gates.ts';
import { mostLosses } from './progress-notes.ts';
import { lackingInWords } from './rollout-extras.ts';
import { stepNeedsPods } from './step-checks.ts';
import { specFreezes } from './spec-freezes.ts';

/** Why a rollout ends without a promotion, and whether its revision is to be left alone afterwards. */
export interface Ending {
  outcome: Exclude<RolloutOutcome, 'Promoted'>;
  reason: Reason;
  message: string;
  /** The revision is not tried again until the spec asks for another, or somebody says retry. */
  remembered: boolean;
  /** Who asked for it. */
  request?: ActionView;
  /** The end is only the first part of what was asked for. */
  isOnlyTheBeginning?: boolean;
}

type OutcomeCheck = (context: RolloutContext) => Ending | undefined;

/** In order of precedence: what the spec says comes first, then what a person says, then harm, then time. */
const mustEnd: readonly OutcomeCheck[] = [
  revertedByUser,
  supersededByUser,
  endedByAction,
  lostItsStable,
  routerCannot,
  failedByEvidence,
  endedByGate,
  harmedTheStable,
  lostItsPodsTooOften,
  madeNoProgress,
  hadNoDataForTooLong,
  stayedInconclusive,
];

export function endingOf(context: RolloutContext): Ending | undefined {
  for (const check of mustEnd) {
    const ending = check(context);
    if (ending) return ending;
  }
  return undefined;
}

/** The spec went back to what the rollout started from, also while the other one bakes. */
function revertedByUser({ world, rollout }: RolloutContext): Ending | undefined {
  if (world.target.revision !== rollout.spec.from.revision || asksFor(world, rollout)) return undefined;
  return {
    outcome: 'RolledBack',
    reason: 'RevertedByUser',
    message: `the spec was returned to revision ${rollout.spec.from.revision}`,
    remembered: false,
  };
}

/** The spec still says what it said when the rollout began: it asks for the candidate, or for what a rollback goes back from. */
function asksFor({ target }: World, { spec }: RolloutView): boolean {
  return target.revision === spec.to.revision || target.revision === spec.insteadOf;
}

/** The spec asks for a third revision. */
function supersededByUser({ world, rollout }: RolloutContext): Ending | undefined {
  if (asksFor(world, rollout)) return undefined;
  return {
    outcome: 'Superseded',
    reason: 'Superseded',
    message: `the spec now asks for revision ${world.target.revision}`,
    remembered: false,
  };
}

/** Somebody deleted the stable revision: there is nothing to compare with or to go back to, and users need an answer. */
function lostItsStable({ rollout, from }: RolloutContext): Ending | undefined {
  if (from || rollout.status.promotedAt !== undefined) return undefined;
  return {
    outcome: 'Aborted',
    reason: 'Aborted',
    message: `the Deployment of stable revision ${rollout.spec.from.revision} is gone: nothing is left to go back to`,
    remembered: false,
  };
}

/** Another router, or the same one with less: what the plan still needs is not to be had any more. */
function routerCannot({ world, rollout }: RolloutContext): Ending | undefined {
  const { plan, to } = rollout.spec;
  const lacking = rollout.status.promotedAt === undefined ? lackingInWords(world, plan) : undefined;
  if (lacking === undefined) return undefined;
  return {
    outcome: 'Aborted',
    reason: 'RouterCannot',
    message: `the plan of revision ${to.revision} cannot go on: ${lacking}`,
    remembered: false,
  };
}

/** Copies cost the stable revision something: it is beyond a limit itself while they are made. */
function harmedTheStable({ rollout, judgement }: RolloutContext): Ending | undefined {
  const { plan, analysis } = rollout.spec;
  if (!judgement || currentStep(plan, rollout.status)?.kind !== 'mirror') return undefined;
  const harmed = analysis.metrics.find((metric) => {
    if (metric.dryRun) return false;
    const counted = judgement.evidence.metrics[metric.name]?.stable;
    const max = (metric.kind === 'query' ? undefined : maxOf(metric)) ?? 1;
    return counted !== undefined && counted.bad > max * Math.max(counted.requests, analysis.minRequests);
  });
  if (!harmed) return undefined;
  const { bad = 0, requests = 0 } = judgement.evidence.metrics[harmed.name]?.stable ?? {};
  return {
    outcome: 'RolledBack',
    reason: 'StableHarmed',
    message: `${harmed.name}: the stable revision is beyond the limit while its requests are copied (${bad} of ${requests})`,
    remembered: true,
  };
}

/** The evidence says that the candidate does harm. */
function failedByEvidence({ judgement }: RolloutContext): Ending | undefined {
  if (judgement?.verdict !== 'Fail') return undefined;
  const culprit = judgement.metrics.find(({ verdict, dryRun }) => verdict === 'Fail' && !dryRun);
  return {
    outcome: 'RolledBack',
    reason: 'AnalysisFailed',
    message: culprit ? `analysis failed: ${culprit.message}` : 'analysis failed',
    remembered: true,
  };
}

/** A check outside of the metrics says no, or nobody answers it and the user wants that to count. */
function endedByGate({ rollout }: RolloutContext): Ending | undefined {
  const found = endingGate(rollout);
  if (!found) return undefined;
  const { name, said, message } = found;
  const isFail = said === 'Fail';
  const what = isFail ? `gate ${name} failed` : `nobody answers for gate ${name} (onSilence: rollback)`;
  return {
    outcome: 'RolledBack',
    reason: isFail ? 'GateFailed' : 'GateSilent',
    message: `${what}: ${message}`,
    remembered: true,
  };
}

/** Its pods come and go: each time users are sent to them, they are gone again. */
function lostItsPodsTooOften({ rollout, to }: RolloutContext): Ending | undefined {
  const { losses = 0 } = rollout.status;
  if (losses < mostLosses) return undefined;
  return {
    outcome: 'RolledBack',
    reason: 'CandidateUnstable',
    message: `revision ${rollout.spec.to.revision} lost all its ready pods ${losses} times while it had traffic${because(to?.problem)}`,
    remembered: true,
  };
}

/** The candidate waits for ready pods, and for too long not one more has become ready. Pauses do not count. */
function madeNoProgress(context: RolloutContext): Ending | undefined {
  const { world, rollout, to, neededReady } = context;
  const deadlineAtMs = progressDeadlineAtMs(context);
  if (deadlineAtMs === undefined || world.nowMs < deadlineAtMs) return undefined;
  return {
    outcome: rollout.status.phase === 'Preparing' ? 'Failed' : 'RolledBack',
    reason: 'ProgressDeadlineExceeded',
    message:
      `revision ${rollout.spec.to.revision} has ${readyPods(to?.ready ?? 0)} of ${neededReady} needed and made no ` +
      `progress for ${formatDuration(rollout.spec.plan.progressDeadlineMs)}${because(to?.problem)}`,
    remembered: true,
  };
}

/**
 * When the wait for ready pods has lasted too long; absent while none is waited for. A candidate that has the weight of its
 * place waits for none: an autoscaler may ask for more pods than there is room for, and that is no fault of the model.
 */
export function progressDeadlineAtMs({
  world,
  rollout: { status, spec },
  to,
  neededReady,
}: RolloutContext): number | undefined {
  const waits =
    status.phase === 'Preparing' ||
    status.weight < plannedWeight(spec.plan, status) ||
    stepNeedsPods(spec.plan, status);
  if (!waits || (to?.ready ?? 0) >= neededReady) return undefined;
  const { deployment } = world;
  if (status.paused || status.pausedBy || specFreezes(deployment)) return undefined;
  const sinceMs = Math.max(toMs(status.progress?.at) ?? 0, toMs(status.step.enteredAt) ?? 0);
  return sinceMs === 0 ? undefined : sinceMs + spec.plan.progressDeadlineMs;
}

/** A configured source was silent for longer than the user allows (law 9: this policy decides, not the silence). */
function hadNoDataForTooLong({ world, rollout, judgement }: RolloutContext): Ending | undefined {
  const { analysis } = rollout.spec;
  const atMs = noDataDecidesAtMs(rollout);
  if (analysis.onNoData !== 'rollback' || judgement?.verdict !== 'NoData') return undefined;
  if (atMs === undefined || world.nowMs < atMs) return undefined;
  return {
    outcome: 'RolledBack',
    reason: 'NoData',
    message: `metrics source ${analysis.source} gave no data for ${formatDuration(analysis.noDataForMs)} (onNoData: rollback)`,
    remembered: true,
  };
}

export function noDataDecidesAtMs({ spec, status }: RolloutContext['rollout']): number | undefined {
  const sinceMs = toMs(status.analysis?.noDataSince);
  return sinceMs === undefined ? undefined : sinceMs + spec.analysis.noDataForMs;
}

/** The gate was open for `maxHold` without a Pass, and the user wants that to count as a failure. */
function stayedInconclusive(context: RolloutContext): Ending | undefined {
  const { rollout, judgement } = context;
  const open =
    judgement?.verdict === 'Inconclusive' ||
    isShareRejected(judgement) ||
    spentInWords(context) !== undefined;
  if (rollout.spec.analysis.onInconclusive !== 'rollback' || !open || !maxHoldIsOver(context))
    return undefined;
  return {
    outcome: 'RolledBack',
    reason: 'Inconclusive',
    message: `no Pass within maxHold (onInconclusive: rollback): ${inconclusiveInWords(context)}`,
    remembered: true,
  };
}

export function maxHoldIsOver(context: RolloutContext): boolean {
  const atMs = maxHoldEndsAtMs(context);
  return atMs !== undefined && context.world.nowMs >= atMs;
}

export function maxHoldEndsAtMs({ rollout }: RolloutContext): number | undefined {
  const step = currentStep(rollout.spec.plan, rollout.status);
  const sinceMs = stepSinceMs(rollout.spec.plan, rollout.status);
  return step && 'maxHoldMs' in step && sinceMs !== undefined ? sinceMs + step.maxHoldMs : undefined;
}

/** What keeps a gate open: the messages of metrics begin with their names. */
export function inconclusiveInWords(context: RolloutContext): string {
  const { judgement, lastSaid } = context;
  if (judgement && isShareRejected(judgement)) return judgement.share.message;
  const spent = spentInWords(context);
  if (spent !== undefined) return spent;
  const metrics = ((judgement ?? lastSaid)?.metrics ?? []).filter(({ dryRun }) => !dryRun);
  const open =
    metrics.find(({ verdict }) => verdict === 'NoData') ?? metrics.find(({ verdict }) => verdict !== 'Pass');
  return open?.message ?? 'the evidence does not suffice yet';
}
