import { formatDuration } from '../../api/duration.ts';
import { toMs, toTime } from '../time.ts';
import { moveByAction } from './advance-by-action.ts';
import { beginPlan, entered, leaveForward } from './enter-place.ts';
import {
  type Advance,
  type GateCheck,
  hasAppliedSplit,
  hasData,
  isNotPaused,
  mayLeaveStep,
  obstacleTo,
  stay,
} from './gate.ts';
import { bakePlace, lastPlace } from './plan.ts';
import { isCalibrated } from './calibration.ts';
import { chosenWeight } from './next-weight.ts';
import { hasSomethingToServe, isPrepared } from './preparation.ts';
import { gatesHavePassed } from './outside-gates.ts';
import { noteApplied, notePause, noteTarget } from './progress-notes.ts';
import { hasItsWeight, raiseWeight } from './raise-weight.ts';
import { type RolloutContext, withStatus } from './rollout-context.ts';
import { hasCapacity, metricsHaveStarted } from './step-checks.ts';
import { enter, promote } from './transitions.ts';

/** Moves a rollout forward as far as this pass allows: at most one place of the plan, and at most one raise of weight. */
export function advance(context: RolloutContext): Advance {
  const noted = withStatus(context, noteApplied(context));
  const moved = moveByAction(noted) ?? (hasItsWeight(noted) ? move(noted) : stay(noted, undefined));
  const raised = raiseWeight(withStatus(context, moved.status));
  const obstacle = moved.obstacle ?? raised.obstacle;
  return { status: notePause(context, raised.status, obstacle), obstacle };
}

function move(context: RolloutContext): Advance {
  switch (context.rollout.status.phase) {
    case 'Preparing':
      return leavePreparation(context);
    case 'Stepping':
      return leaveStep(context);
    case 'Promoting':
      return takeRole(context);
    case 'Baking':
      return endBake(context);
    case 'Returning':
    case 'Ended':
      return stay(context, undefined);
  }
}

/** Law 1: ready capacity first, and the backend acknowledged in the route at weight 0. */
function leavePreparation(context: RolloutContext): Advance {
  const obstacle = obstacleTo(
    [hasSomethingToServe, isNotPaused, hasCapacity, isPrepared, isCalibrated, gatesHavePassed],
    context,
  );
  if (obstacle) return stay(context, obstacle);
  return beginPlan(context);
}

function leaveStep(context: RolloutContext): Advance {
  const obstacle = obstacleTo(mayLeaveStep, context);
  if (!obstacle) return leaveForward(context);
  const target = chosenWeight(context);
  return target === undefined ? stay(context, obstacle) : { status: noteTarget(context, target), obstacle };
}

/** All traffic is on the candidate, applied: it takes the role, and the previous revision stays warm. */
function takeRole(context: RolloutContext): Advance {
  const { rollout, world } = context;
  const { status, spec } = rollout;
  const obstacle = obstacleTo([isNotPaused, hasAppliedSplit], context);
  if (obstacle) return stay(context, obstacle);
  const share = status.weight >= 100 ? 'all traffic' : `${status.weight}% of the traffic`;
  const baking = enter(
    status,
    world.nowMs,
    { phase: 'Baking', index: bakePlace(spec.plan) },
    {
      action: 'RoleTaken',
      reason: 'Baking',
      message: `revision ${spec.to.revision} has ${share}; ${spec.from.revision} stays warm for ${formatDuration(spec.plan.bakeMs)}`,
    },
  );
  const promotedAt = toTime(world.nowMs);
  return entered({ ...baking, promotedAt });
}

function endBake(context: RolloutContext): Advance {
  const { rollout, world } = context;
  const obstacle = obstacleTo(mayEndBake, context);
  if (obstacle) return stay(context, obstacle);
  if (rollout.status.weight < 100) return releaseHeldBack(context);
  const { to, plan } = rollout.spec;
  const message = plan.immediate
    ? `revision ${to.revision} is the stable revision again; no gate was asked, for it is within the rollback window`
    : `revision ${to.revision} proved itself and is the stable revision`;
  // Who went back stays there: what the spec asks for is left alone.
  const remembered = rollout.spec.insteadOf !== undefined;
  return entered(promote(rollout.status, world.nowMs, { message, remembered }));
}

/** What the bake held back for comparison follows, before the outcome is written. */
function releaseHeldBack({ rollout, world }: RolloutContext): Advance {
  const { status, spec } = rollout;
  return entered(
    enter(
      status,
      world.nowMs,
      { phase: 'Baking', index: lastPlace(spec.plan) },
      {
        action: 'HoldBackReleased',
        reason: 'BakeOver',
        message: `the bake is over: the ${round(100 - status.weight)}% that stayed with revision ${spec.from.revision} follow`,
      },
    ),
  );
}

const round = (percent: number): number => Math.round(percent * 10) / 10;

/**
 * Without a break: a candidate that lost its weight in between, because its pods died, bakes anew. As long as its split is not
 * applied, that is what is waited for.
 */
const hasBaked: GateCheck = ({ world, rollout: { status, spec } }) => {
  const sinceMs = toMs(status.step.appliedAt);
  if (sinceMs === undefined || status.step.index >= lastPlace(spec.plan)) return undefined;
  const untilMs = sinceMs + spec.plan.bakeMs;
  if (world.nowMs >= untilMs) return undefined;
  return { message: `revision ${spec.from.revision} stays warm until the bake is over`, untilMs };
};

const mayEndBake: readonly GateCheck[] = [
  isNotPaused,
  hasBaked,
  hasAppliedSplit,
  gatesHavePassed,
  metricsHaveStarted,
  hasData,
];
