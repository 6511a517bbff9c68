import { type Forward, forwardActions, inFull, reasonOf, type Way } from '../actions/forward-by-action.ts';
import { recordAction } from '../actions/recorded.ts';
import { beginPlan, enterPromotion, entered, leaveForward } from './enter-place.ts';
import { type Advance, type GateCheck, hasAppliedSplit, hasFittingShare, obstacleTo } from './gate.ts';
import { stepInWords } from './plan.ts';
import { hasSomethingToServe, isPrepared } from './preparation.ts';
import { hasItsWeight, weightWasTakenAway } from './raise-weight.ts';
import type { RolloutContext } from './rollout-context.ts';
import { hasCapacity, hasMirror, hasPodsOfStep, hasPreview } from './step-checks.ts';
import { record } from './transitions.ts';

/**
 * A person's word answers the question of a gate, and ends a hold or a pause; it makes no law yield. So the split must be in force
 * (law 7), and `promote` leaves nothing behind that is not done yet: that is what `skip` is for. What may not be carried out yet waits.
 */
export function moveByAction(context: RolloutContext): Advance | undefined {
  const forward = forwardActions(context).find(
    ({ way }) => obstacleTo(checksOf(way, context), context) === undefined,
  );
  if (!forward) return undefined;
  const { status } = goForward(context, forward);
  const { index } = context.rollout.status.step;
  return entered(recordAction(status, context.world, forward.action, inWords(context, forward), index));
}

const isFinished: GateCheck = (context) =>
  hasItsWeight(context) ? undefined : { message: 'the candidate does not have the weight of the step yet' };

const keepsItsWeight: GateCheck = (context) =>
  weightWasTakenAway(context) ? { message: 'weight of the candidate was taken away' } : undefined;

const isInForce: readonly GateCheck[] = [keepsItsWeight, hasAppliedSplit, hasFittingShare];

function checksOf(way: Way, { rollout }: RolloutContext): readonly GateCheck[] {
  switch (rollout.status.phase) {
    case 'Preparing':
      return [hasSomethingToServe, hasCapacity, isPrepared];
    case 'Stepping':
      return way === 'promote' ? [isFinished, ...isInForce, hasPodsOfStep, hasPreview, hasMirror] : isInForce;
    default:
      return [];
  }
}

function goForward(context: RolloutContext, { way, action }: Forward): Advance {
  const request = { action, reason: reasonOf[way] };
  const { phase } = context.rollout.status;
  if (way !== 'full')
    return phase === 'Preparing' ? beginPlan(context, request) : leaveForward(context, request);
  const { world } = context;
  const full = inFull(context);
  if (phase === 'Preparing' || phase === 'Stepping') return enterPromotion(full, request);
  return entered(
    record(full.rollout.status, world.nowMs, {
      action: 'PromotedInFull',
      reason: request.reason,
      message: 'no more analysis is asked, and no share is held back',
      request: action,
    }),
  );
}

function inWords({ rollout }: RolloutContext, { way }: Forward): string {
  const { spec, status, name } = rollout;
  if (way === 'full') return `rollout ${name} is promoted in full`;
  if (status.phase === 'Preparing') return `rollout ${name} begins its plan, whatever its gates say`;
  const verb = way === 'skip' ? 'skipped' : 'left';
  return `${verb} ${stepInWords(spec.plan, status.step.index)} of rollout ${name}`;
}
