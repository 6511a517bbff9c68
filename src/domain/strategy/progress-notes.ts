import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { toTime } from '../time.ts';
import type { Obstacle } from './gate.ts';
import type { RolloutContext } from './rollout-context.ts';

/** What a pass notes in the record without deciding anything: the times from which holds and deadlines count. */

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

/** A split counts from when it is seen to be in force, not from when it was asked for (law 7). */
export function noteApplied({ world, inForce, rollout: { status } }: RolloutContext): ModelRolloutStatus {
  if (!inForce || status.phase === 'Preparing' || status.step.appliedAt) return status;
  return { ...status, step: { ...status.step, appliedAt: toTime(world.nowMs) } };
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
