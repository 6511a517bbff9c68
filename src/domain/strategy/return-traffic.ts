import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { readyPodsOf } from '../traffic/pods.ts';
import type { Advance } from './gate.ts';
import { returnableWeight } from './carried-weight.ts';
import type { Ending } from './outcome-checks.ts';
import type { RolloutContext } from './rollout-context.ts';
import { withPhase } from './rollout-log.ts';
import { withReport } from './shadow-report.ts';
import { end, keepsTraffic, record, setWeight } from './transitions.ts';
import type { Reason } from '../../api/reasons.ts';
import { recordAction } from '../actions/recorded.ts';
import { toTime } from '../time.ts';

/**
 * Ends the rollout. Traffic goes back with the same decision, in one write (law 5); only where the stable was made smaller by
 * choice does it return step by step, as fast as the stable's pods become ready and never ahead of them.
 */
export function conclude(context: RolloutContext, ending: Ending): ModelRolloutStatus {
  const { world } = context;
  const ended = concluded(context, ending);
  const { request, message, isOnlyTheBeginning } = ending;
  return request && !isOnlyTheBeginning ? recordAction(ended, world, request, message) : ended;
}

function concluded(context: RolloutContext, ending: Ending): ModelRolloutStatus {
  const { world } = context;
  const status = withReport(context);
  if (mayReturnAtOnce(context, ending)) return end(status, world.nowMs, ending);
  const { outcome, reason, message, remembered } = ending;
  const { paused: _paused, pausedBy: _pausedBy, ...rest } = status;
  const step = { index: status.step.index, enteredAt: toTime(world.nowMs) };
  const returning = { outcome, reason, message, remembered };
  return record({ ...withPhase(rest, world.nowMs, 'Returning'), step, returning }, world.nowMs, {
    action: 'Returning',
    reason,
    message: `${message}; traffic returns as fast as the pods of revision ${context.rollout.spec.from.revision} become ready`,
    request: ending.request,
  });
}

function mayReturnAtOnce({ rollout, from, to, replicas }: RolloutContext, ending: Ending): boolean {
  const { spec, status } = rollout;
  if (spec.plan.stableScale !== 'follow' || status.weight <= 0 || !from) return true;
  if (keepsTraffic(status, ending) || (to?.ready ?? 0) === 0) return true;
  return from.ready >= readyPodsOf(replicas, spec.plan.readinessPercent);
}

/** One step of the way back, or the end of it. The end that was decided first stands, whatever happens meanwhile. */
export function bringBack(context: RolloutContext): Advance {
  const { world, rollout, from, to, sizing } = context;
  const { status } = rollout;
  const ending = endingThatWasDecided(status);
  if (mayReturnAtOnce(context, ending)) {
    return { status: end(status, world.nowMs, ending), obstacle: undefined };
  }
  const ready = `${from?.ready ?? 0} of ${sizing.replicas} pods of revision ${rollout.spec.from.revision} are ready`;
  const weight = returnableWeight(rollout, { from, to }, 0, sizing);
  if (weight === undefined) return { status, obstacle: { message: `traffic returns: ${ready}` } };
  const lowered = setWeight(status, world.nowMs, weight, {
    action: 'WeightTakenBack',
    reason: ending.reason,
    message: `weight ${status.weight}% to ${weight}%: ${ready}`,
  });
  return { status: lowered, obstacle: { message: `traffic returns: ${ready}` } };
}

function endingThatWasDecided({ returning }: ModelRolloutStatus): Ending {
  const { outcome, reason, message, remembered } = returning ?? lost;
  return { outcome: outcome as Ending['outcome'], reason: reason as Reason, message, remembered };
}

/** Somebody edited the record: what is known is that it was on its way back. */
const lost = { outcome: 'Aborted', reason: 'Aborted', message: 'the rollout was ended', remembered: true };
