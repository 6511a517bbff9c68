import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { Reason } from '../../api/reasons.ts';
import { kstatusClaims, setConditions } from './set-conditions.ts';

/** The spec of a record never changes. */
const generation = 1;

/**
 * The record with what kstatus reads: in progress until the outcome is written, then current, or failed where the rollout ended
 * against what was asked for. They follow from the rest of the record, so that they cause no write of their own (law 15).
 */
export function withConditions(status: ModelRolloutStatus, nowMs: number): ModelRolloutStatus {
  const isOver = status.phase === 'Ended';
  const isBad = isOver && endedBadly(status);
  const claims = kstatusClaims(
    { ready: isOver && !isBad, reconciling: !isOver, stalled: isBad },
    {
      reason: (status.paused?.reason ?? status.reason ?? 'Progressing') as Reason,
      message: status.message ?? 'the rollout has begun',
    },
  );
  return { ...status, conditions: setConditions(status.conditions, claims, generation, nowMs) };
}

/** Not where the spec came to ask for something else, nor where a shadow did all that it was to do. */
function endedBadly({ outcome, reason }: ModelRolloutStatus): boolean {
  switch (outcome) {
    case 'RolledBack':
      return reason !== 'RevertedByUser';
    case 'Failed':
    case 'Aborted':
      return true;
    default:
      return false;
  }
}
