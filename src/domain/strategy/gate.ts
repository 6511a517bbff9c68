import type { Judgement } from '../analysis/judge.ts';
import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { gatesHavePassed } from './outside-gates.ts';
import { inquiryOf, isAsked, isShareRejected } from './evidence.ts';
import type { RolloutContext } from './rollout-context.ts';
import {
  hasHeldLongEnough,
  hasMirror,
  hasMirroredLongEnough,
  hasPausedLongEnough,
  hasPodsOfStep,
  hasPreview,
  metricsHaveStarted,
} from './step-checks.ts';
import { spentInWords } from './loss-budget.ts';
import { adaptiveStep, currentStep } from './plan.ts';
import { inconclusiveInWords, maxHoldIsOver } from './outcome-checks.ts';
import { pendingSplitInWords } from '../traffic/pending-split.ts';

/** One reason why a rollout does not go on yet. */
export interface Obstacle {
  message: string;
  /** When it is over by itself, in milliseconds since the epoch. */
  untilMs?: number;
  /** Nothing but evidence or a person removes it: the rollout counts as paused. */
  pauses?:
    | 'PauseStep'
    | 'WaitingForApproval'
    | 'Inconclusive'
    | 'GateFailed'
    | 'InvalidSpec'
    | 'PausedBySpec'
    | 'PausedByAction'
    | 'ScaledToZero';
}

/** Where a rollout stands after one pass, and what it waits for. */
export interface Advance {
  status: ModelRolloutStatus;
  obstacle: Obstacle | undefined;
}

export type GateCheck = (context: RolloutContext) => Obstacle | undefined;

/** What must hold before a step is left forward (law 7), in the order in which a person would look at it. */
export const mayLeaveStep: readonly GateCheck[] = [
  isNotPaused,
  hasAppliedSplit,
  hasPodsOfStep,
  hasPreview,
  hasMirror,
  hasHeldLongEnough,
  hasMirroredLongEnough,
  hasPausedLongEnough,
  gatesHavePassed,
  metricsHaveStarted,
  hasVerdict,
  hasEnoughWeight,
];

export function obstacleTo(checks: readonly GateCheck[], context: RolloutContext): Obstacle | undefined {
  for (const check of checks) {
    const obstacle = check(context);
    if (obstacle) return obstacle;
  }
  return undefined;
}

export function stay(context: RolloutContext, obstacle: Obstacle | undefined): Advance {
  return { status: context.rollout.status, obstacle };
}

export function isNotPaused({ world, rollout }: RolloutContext): Obstacle | undefined {
  const { spec, invalidSpec } = world.deployment;
  if (invalidSpec !== undefined) return { message: invalidSpec, pauses: 'InvalidSpec' };
  if (spec.paused) return { message: 'spec.paused is true', pauses: 'PausedBySpec' };
  const { pausedBy } = rollout.status;
  return (
    pausedBy && {
      message: `paused by ${pausedBy.actor.name} (RolloutAction ${pausedBy.name})`,
      pauses: 'PausedByAction',
    }
  );
}

export function hasAppliedSplit({ world, rollout, inForce }: RolloutContext): Obstacle | undefined {
  if (inForce && rollout.status.step.appliedAt !== undefined) return undefined;
  return { message: `waiting until the split is applied: ${pendingSplitInWords(world.traffic)}` };
}

/** Where no source is configured at all, gates pass by hold and readiness, and a condition says so. */
function hasVerdict(context: RolloutContext): Obstacle | undefined {
  const { rollout, judgement, lastSaid } = context;
  const kind = currentStep(rollout.spec.plan, rollout.status)?.kind;
  if (kind === undefined || kind === 'pause' || kind === 'scale') return undefined;
  if (isShareRejected(judgement) || spentInWords(context) !== undefined) return gateStaysOpen(context);
  if (!isAsked(context)) return isCounting(context) ? waitingForSource : undefined;
  switch (judgement?.verdict ?? lastSaid?.verdict) {
    case 'Pass':
      return judgement ? undefined : waitingForSource;
    case 'Inconclusive':
      return gateStaysOpen(context);
    case 'NoData':
      return { message: `no data: ${inconclusiveInWords(context)}` };
    default:
      return waitingForSource;
  }
}

/** With less than this share, what shows only under load has not been tried (reference, section 6.4). */
export const promoteFrom = 20;

/** The weights of an adaptive step rise while it lasts: a Pass promotes from a share on that says something, or when `maxHold` is over. */
function hasEnoughWeight(context: RolloutContext): Obstacle | undefined {
  const { spec, status } = context.rollout;
  const step = adaptiveStep(spec.plan, status);
  if (!step) return undefined;
  const enough = Math.min(promoteFrom, step.max);
  if (status.weight >= enough || maxHoldIsOver(context)) return undefined;
  return { message: `promotion from ${enough}% on: the evidence raises the weight` };
}

/** The requests of both arms are being asked for right now: also without metrics their share is looked at first (law 7). */
function isCounting({ world, rollout }: RolloutContext): boolean {
  return world.analysis.metrics.kind === 'pending' && inquiryOf(world, rollout)?.expectedShare !== undefined;
}

const waitingForSource: Obstacle = { message: 'waiting for the metrics source' };

/** A split that did not take effect is left by nobody's word (law 7). */
export const hasFittingShare: GateCheck = ({ judgement }) =>
  judgement && isShareRejected(judgement) ? { message: judgement.share.message } : undefined;

function gateStaysOpen(context: RolloutContext): Obstacle | undefined {
  const { rollout, judgement } = context;
  const message = `inconclusive: ${inconclusiveInWords(context)}`;
  if (!maxHoldIsOver(context)) return { message };
  // A split that did not take effect is no evidence at all, so no policy promotes on it (law 7).
  const mayPromote = rollout.spec.analysis.onInconclusive === 'promote';
  if (mayPromote && judgement && !isShareRejected(judgement)) return undefined;
  return { message: `maxHold is over and still ${message}`, pauses: 'Inconclusive' };
}

/** The end of a bake is no gate of its own, but silence is never a good sign either (law 9). */
export function hasData(context: RolloutContext): Obstacle | undefined {
  const { judgement, lastSaid } = context;
  if (!isAsked(context)) return undefined;
  switch (judgement?.verdict ?? lastSaid?.verdict) {
    case undefined:
      return waitingForSource;
    case 'NoData':
      return { message: `no data: ${inconclusiveInWords(context)}` };
    default:
      return judgement ? uncounted(judgement) : waitingForSource;
  }
}

/** A bake that is shorter than the scrapes take would end before the first request of the candidate was counted. */
function uncounted({ metrics }: Judgement): Obstacle | undefined {
  const open = metrics.find(
    ({ reason, candidate, dryRun }) => !dryRun && reason === 'TooFewRequests' && candidate?.requests === 0,
  );
  return open && { message: `no data yet: ${open.message}` };
}
