import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { formatDuration } from '../../api/duration.ts';
import { toMs, toTime } from '../time.ts';
import {
  type Advance,
  type GateCheck,
  hasAppliedSplit,
  hasCapacity,
  hasData,
  isNotPaused,
  mayLeaveStep,
  obstacleTo,
  stay,
} from './gate.ts';
import { plannedWeight, stepInWords, weightAt } from './plan.ts';
import { noteApplied, notePause } from './progress-notes.ts';
import { raiseWeight, weightWasTakenAway } from './raise-weight.ts';
import { type RolloutContext, withStatus } from './rollout-context.ts';
import { enter, promote } from './transitions.ts';
import { pendingSplitInWords } from '../traffic/pending-split.ts';

/** Moves a rollout forward as far as this pass allows: at most one place of the plan, and at most one raise of weight. */
export function advance(context: RolloutContext): Advance {
  const noted = withStatus(context, noteApplied(context));
  const moved = hasItsWeight(noted) ? move(noted) : stay(noted, undefined);
  const raised = raiseWeight(withStatus(context, moved.status));
  const obstacle = moved.obstacle ?? raised.obstacle;
  return { status: notePause(context, raised.status, obstacle), obstacle };
}

/** No place is left before the candidate has the weight of that place. */
function hasItsWeight(context: RolloutContext): boolean {
  const { status, spec } = context.rollout;
  return status.weight === plannedWeight(spec.plan, status) && !weightWasTakenAway(context);
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
    case 'Ended':
      return stay(context, undefined);
  }
}

/** Law 1: ready capacity first, and the backend acknowledged in the route at weight 0. */
function leavePreparation(context: RolloutContext): Advance {
  const obstacle = obstacleTo([hasSomethingToServe, isNotPaused, hasCapacity, isPrepared], context);
  if (obstacle) return stay(context, obstacle);
  return context.rollout.spec.plan.steps.length === 0 ? enterPromotion(context) : enterStep(context, 0);
}

const hasSomethingToServe: GateCheck = ({ replicas }) =>
  replicas > 0
    ? undefined
    : { message: 'spec.replicas is 0: nothing serves that could be compared', pauses: 'ScaledToZero' };

const isPrepared: GateCheck = ({ world, inForce }) =>
  inForce
    ? undefined
    : {
        message: `waiting until the candidate stands in the route at weight 0: ${pendingSplitInWords(world.traffic)}`,
      };

function leaveStep(context: RolloutContext): Advance {
  const obstacle = obstacleTo(mayLeaveStep, context);
  if (obstacle) return stay(context, obstacle);
  const next = context.rollout.status.step.index + 1;
  return next < context.rollout.spec.plan.steps.length ? enterStep(context, next) : enterPromotion(context);
}

function enterStep(context: RolloutContext, index: number): Advance {
  const { rollout, world, judgement } = context;
  const { plan } = rollout.spec;
  const kind = plan.steps[index]?.kind === 'pause' ? 'pause at' : 'weight';
  const place = `${stepInWords(plan, index)}: ${kind} ${weightAt(plan, index)}%`;
  return entered(
    enter(
      rollout.status,
      world.nowMs,
      { phase: 'Stepping', index },
      {
        action: 'StepEntered',
        reason: 'StepEntered',
        message: `${leftInWords(context)}; ${place}`,
        verdict: judgement?.verdict,
      },
    ),
  );
}

function enterPromotion(context: RolloutContext): Advance {
  const { rollout, world, judgement } = context;
  return entered(
    enter(
      rollout.status,
      world.nowMs,
      { phase: 'Promoting', index: rollout.spec.plan.steps.length },
      {
        action: 'StepEntered',
        reason: 'Promoting',
        message: `${leftInWords(context)}; the candidate gets full capacity, then all traffic`,
        verdict: judgement?.verdict,
      },
    ),
  );
}

/** All traffic is on the candidate, applied: it takes the role, and the previous revision stays warm. */
function takeRole(context: RolloutContext): Advance {
  const { rollout, world } = context;
  const { status, spec } = rollout;
  const obstacle = obstacleTo([isNotPaused, hasAppliedSplit], context);
  if (obstacle) return stay(context, obstacle);
  const baking = enter(
    status,
    world.nowMs,
    { phase: 'Baking', index: spec.plan.steps.length + 1 },
    {
      action: 'RoleTaken',
      reason: 'Baking',
      message: `revision ${spec.to.revision} has all traffic; ${spec.from.revision} stays warm for ${formatDuration(spec.plan.bakeMs)}`,
    },
  );
  const promotedAt = toTime(world.nowMs);
  return entered({ ...baking, promotedAt });
}

function endBake(context: RolloutContext): Advance {
  const { rollout, world } = context;
  const obstacle = obstacleTo([isNotPaused, hasBaked, hasAppliedSplit, hasData], context);
  if (obstacle) return stay(context, obstacle);
  const message = `revision ${rollout.spec.to.revision} proved itself and is the stable revision`;
  return entered(promote(rollout.status, world.nowMs, message));
}

const hasBaked: GateCheck = ({ world, rollout: { status, spec } }) => {
  const untilMs = (toMs(status.promotedAt) ?? world.nowMs) + spec.plan.bakeMs;
  if (world.nowMs >= untilMs) return undefined;
  return { message: `revision ${spec.from.revision} stays warm until the bake is over`, untilMs };
};

function entered(status: ModelRolloutStatus): Advance {
  return { status, obstacle: undefined };
}

function leftInWords({ rollout, judgement }: RolloutContext): string {
  const { status, spec } = rollout;
  if (status.phase === 'Preparing') return 'candidate is ready';
  const verdict = judgement ? ` with ${judgement.verdict}` : '';
  return `left ${stepInWords(spec.plan, status.step.index)}${verdict}`;
}
