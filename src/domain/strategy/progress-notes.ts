import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { toTime } from '../time.ts';
import type { Obstacle } from './gate.ts';
import { adaptiveStep } from './plan.ts';
import type { RolloutContext } from './rollout-context.ts';

/** What a pass notes in the record without deciding anything: the times from which holds and deadlines count, and losses. */

/**
 * Each newly ready pod restarts the clock of the progress deadline. So does the loss of pods that were enough already: what
 * waited for something else meanwhile has not failed to become ready.
 */
export function noteProgress({
  world,
  to,
  neededReady,
  rollout: { status },
}: RolloutContext): ModelRolloutStatus {
  const ready = to?.ready ?? 0;
  const most = status.progress?.ready ?? 0;
  const lost = status.phase === 'Preparing' && most >= neededReady && ready < neededReady;
  return ready > most || lost ? { ...status, progress: { ready, at: toTime(world.nowMs) } } : status;
}

/**
 * So many times may a candidate lose all its ready pods while it has weight: once is a node, twice is bad luck, and a third time within
 * one rollout is the model. Without an end it would come and go for ever, since each return starts the progress deadline anew.
 */
export const mostLosses = 3;

/**
 * One more loss of all ready pods. A pass that sees it takes the weight away, or ends the rollout, with the same write of the record, so
 * that each loss is counted once (law 12). Some pods that stay, as when a node is drained or an autoscaler shrinks, are none.
 */
export function noteLoss({ to, carried, rollout: { status } }: RolloutContext): ModelRolloutStatus {
  const lostAll = (to?.ready ?? 0) === 0 && carried < status.weight;
  return lostAll ? { ...status, losses: (status.losses ?? 0) + 1 } : status;
}

/** A split counts from when it is seen to be in force, not from when it was asked for (law 7). */
export function noteApplied({
  world,
  inForce,
  rollout: { spec, status },
}: RolloutContext): ModelRolloutStatus {
  if (!inForce || status.phase === 'Preparing' || status.step.appliedAt) return status;
  const appliedAt = toTime(world.nowMs);
  // An adaptive step has many splits: its clock runs from the first one that gives something.
  const beganAt = status.weight > 0 && adaptiveStep(spec.plan, status) ? { beganAt: appliedAt } : {};
  return { ...status, step: { ...beganAt, ...status.step, appliedAt } };
}

/** The share that an adaptive step goes to. It may take more pods, so that the clock of the progress deadline starts anew. */
export function noteTarget(
  { world, rollout: { status } }: RolloutContext,
  target: number,
): ModelRolloutStatus {
  const progress = { ready: status.progress?.ready ?? 0, at: toTime(world.nowMs) };
  return { ...status, progress, step: { ...status.step, target } };
}

/** Since when the rollout stands still. Pauses do not count for the progress deadline: after one, its clock starts anew. */
export function notePause(
  { world }: RolloutContext,
  status: ModelRolloutStatus,
  obstacle: Obstacle | undefined,
): ModelRolloutStatus {
  const { paused: before, ...rest } = status;
  const reason = obstacle?.pauses;
  if (reason !== undefined) {
    return before?.reason === reason ? status : { ...rest, paused: { since: toTime(world.nowMs), reason } };
  }
  if (!before) return status;
  return { ...rest, progress: { ready: status.progress?.ready ?? 0, at: toTime(world.nowMs) } };
}
