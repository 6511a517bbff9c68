import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { toTime } from '../time.ts';
import { type RolloutContext, withStatus } from '../strategy/rollout-context.ts';
import { record } from '../strategy/transitions.ts';
import type { ActionView } from '../world.ts';
import { approvalsInWords, approvalStep } from './approvals.ts';
import { docketOf } from './docket.ts';
import { isOpen } from './open-actions.ts';
import { resumesBefore } from './pause-order.ts';
import { hasRoom, recordAction, referenceTo } from './recorded.ts';
import { standIn } from './stand.ts';

/**
 * What people want that moves nothing by itself: a freeze, its end, an approval. Each is noted in the record, and the rest of the
 * pass goes by it.
 */
export function noteWishes(context: RolloutContext): ModelRolloutStatus {
  const { world } = context;
  let { status } = context.rollout;
  for (const action of docketOf(world)) {
    const now = withStatus(context, status);
    if (isOpen(action, standIn(now)) && hasRoom(status, world.actions)) status = noted(now, action);
  }
  return status;
}

function noted(context: RolloutContext, action: ActionView): ModelRolloutStatus {
  const { world, rollout } = context;
  const { status } = rollout;
  const at = toTime(world.nowMs);
  switch (action.spec.verb) {
    case 'pause': {
      const pausedBy = {
        ...referenceTo(action),
        requestedAt: toTime(action.createdAtMs),
        ...resumesBefore(world, action),
      };
      const paused = record({ ...status, pausedBy }, world.nowMs, {
        action: 'Paused',
        reason: 'PausedByAction',
        message: 'the rollout is paused',
        request: action,
      });
      return recordAction(paused, world, action, `rollout ${rollout.name} is paused`);
    }
    case 'resume': {
      const { pausedBy: _pausedBy, ...rest } = status;
      const still = world.deployment.spec.paused ? '; spec.paused is still true, and keeps it frozen' : '';
      const resumed = record(rest, world.nowMs, {
        action: 'Resumed',
        reason: 'ResumedByAction',
        message: `the rollout may go on${still}`,
        request: action,
      });
      return recordAction(resumed, world, action, `rollout ${rollout.name} may go on${still}`);
    }
    case 'promote': {
      if (approvalStep(rollout) === undefined || action.spec.full) return status;
      const approvals = [...(status.step.approvals ?? []), { ...referenceTo(action), at }];
      const approved = { ...status, step: { ...status.step, approvals } };
      const message = approvalsInWords({ ...rollout, status: approved });
      const decided = record(approved, world.nowMs, {
        action: 'Approved',
        reason: 'Approved',
        message,
        request: action,
      });
      return recordAction(decided, world, action, message);
    }
    default:
      return status;
  }
}
