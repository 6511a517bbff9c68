import { toMs } from '../time.ts';
import type { RolloutContext } from './rollout-context.ts';
import { currentStep } from './plan.ts';
import { inconclusiveInWords, maxHoldIsOver } from './outcome-checks.ts';

/** One reason why a step is not left yet. */
export interface Obstacle {
  message: string;
  /** When it is over by itself, in milliseconds since the epoch. */
  untilMs?: number;
  /** Nothing but evidence or a person removes it: the rollout counts as paused. */
  pauses?: 'PauseStep' | 'Inconclusive' | 'PausedBySpec';
}

type GateCheck = (context: RolloutContext) => Obstacle | undefined;

/** What must hold before a step is left forward (law 7), in the order in which a person would look at it. */
export const mayLeaveStep: GateCheck[] = [
  isNotPaused,
  hasAppliedSplit,
  hasHeldLongEnough,
  hasPausedLongEnough,
  hasVerdict,
];

export function obstacleTo(checks: readonly GateCheck[], context: RolloutContext): Obstacle | undefined {
  for (const check of checks) {
    const obstacle = check(context);
    if (obstacle) return obstacle;
  }
  return undefined;
}

export function isNotPaused({ world }: RolloutContext): Obstacle | undefined {
  return world.deployment.spec.paused
    ? { message: 'spec.paused is true', pauses: 'PausedBySpec' }
    : undefined;
}

export function hasAppliedSplit({ world, rollout, inForce }: RolloutContext): Obstacle | undefined {
  if (inForce && rollout.status.step?.appliedAt !== undefined) return undefined;
  return { message: `waiting until the split is applied: ${world.traffic.acknowledgement}` };
}

/** The candidate has the ready pods that its place in the plan takes (law 1). */
export function hasCapacity({ rollout, to, neededReady }: RolloutContext): Obstacle | undefined {
  const ready = to?.ready ?? 0;
  if (to && to.hasService && ready >= neededReady) return undefined;
  const problem = to?.problem ? `: ${to.problem}` : '';
  return {
    message: `waiting for pods of revision ${rollout.spec.to.revision}: ${ready} of ${neededReady} ready${problem}`,
  };
}

function hasHeldLongEnough({ world, rollout }: RolloutContext): Obstacle | undefined {
  const step = currentStep(rollout.spec.plan, rollout.status);
  if (step?.kind !== 'weight') return undefined;
  const untilMs = (toMs(rollout.status.step?.appliedAt) ?? world.nowMs) + step.holdMs;
  return world.nowMs < untilMs ? { message: `holding at ${step.weight}%`, untilMs } : undefined;
}

function hasPausedLongEnough({ world, rollout }: RolloutContext): Obstacle | undefined {
  const step = currentStep(rollout.spec.plan, rollout.status);
  if (step?.kind !== 'pause') return undefined;
  if (step.durationMs === undefined) {
    return { message: 'paused by its plan, without an end', pauses: 'PauseStep' };
  }
  const untilMs = (toMs(rollout.status.step?.enteredAt) ?? world.nowMs) + step.durationMs;
  return world.nowMs < untilMs ? { message: 'paused by its plan', untilMs, pauses: 'PauseStep' } : undefined;
}

/** Where no source is configured at all, gates pass by hold and readiness, and a condition says so. */
function hasVerdict(context: RolloutContext): Obstacle | undefined {
  const { world, rollout, judgement } = context;
  if (currentStep(rollout.spec.plan, rollout.status)?.kind !== 'weight') return undefined;
  if (rollout.spec.analysis.metrics.length === 0) return undefined;
  if (world.analysis.metrics.kind === 'notConfigured') return undefined;
  switch (judgement?.verdict) {
    case 'Pass':
      return undefined;
    case 'Inconclusive':
      return gateStaysOpen(context);
    case 'NoData':
      return { message: `no data: ${inconclusiveInWords(context)}` };
    default:
      return { message: 'waiting for the metrics source' };
  }
}

function gateStaysOpen(context: RolloutContext): Obstacle | undefined {
  const message = `inconclusive: ${inconclusiveInWords(context)}`;
  if (!maxHoldIsOver(context)) return { message };
  // A split that did not take effect is no evidence at all, so no policy promotes on it (law 7).
  const mayPromote = context.rollout.spec.analysis.onInconclusive === 'promote';
  if (mayPromote && context.judgement?.share.state !== 'rejected') return undefined;
  return { message: `maxHold is over and still ${message}`, pauses: 'Inconclusive' };
}
