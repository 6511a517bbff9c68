import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { Reason } from '../../api/reasons.ts';
import type { EventIntent } from '../decision.ts';
import type { Obstacle } from './gate.ts';

const warnings = new Set(['RolledBack', 'Failed', 'Aborted', 'WeightTakenBack', 'WeightRestored']);

/** Every new decision of the record is an event too. */
export function decisionEvents(before: ModelRolloutStatus, after: ModelRolloutStatus): EventIntent[] {
  const known = new Set((before.decisions ?? []).map((decision) => JSON.stringify(decision)));
  return (after.decisions ?? [])
    .filter((decision) => !known.has(JSON.stringify(decision)))
    .map(({ action, reason, message }) => ({
      type: warnings.has(action) ? 'Warning' : 'Normal',
      reason: reason as Reason,
      action,
      message,
    }));
}

/** A rollout that begins to stand still says why, and later that it goes on. */
export function pauseEvents(
  before: ModelRolloutStatus,
  after: ModelRolloutStatus,
  obstacle: Obstacle | undefined,
): EventIntent[] {
  if (after.phase === 'Ended' || before.paused?.reason === after.paused?.reason) return [];
  if (!after.paused) {
    return [{ type: 'Normal', reason: 'Resumed', action: 'Resume', message: 'the rollout goes on' }];
  }
  const reason = after.paused.reason as Reason;
  // Evidence that does not suffice and a spec that cannot be followed need a person; the other pauses were asked for by one.
  const type = reason === 'Inconclusive' || reason === 'InvalidSpec' ? 'Warning' : 'Normal';
  return [{ type, reason, action: 'Pause', message: obstacle?.message ?? 'the rollout stands still' }];
}
