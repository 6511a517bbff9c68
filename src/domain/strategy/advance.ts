import type { ModelRolloutStatus, RolloutPlan } from '../../api/model-rollout.ts';
import { formatDuration } from '../../api/duration.ts';
import { toMs, toTime } from '../time.ts';
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
import { bakePlace, lastPlace, plannedWeight, stepInWords, weightAt } from './plan.ts';
import { noteApplied, notePause } from './progress-notes.ts';
import { raiseWeight, weightWasTakenAway } from './raise-weight.ts';
import { type RolloutContext, withStatus } from './rollout-context.ts';
import { withReport } from './shadow-report.ts';
import { hasCapacity, metricsHaveStarted } from './step-checks.ts';
import { end, enter, promote } from './transitions.ts';
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
    case 'Returning':
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
  const { rollout, world } = context;
  const { plan, to } = rollout.spec;
  const reported = withStatus(context, withReport(context));
  const next = rollout.status.step.index + 1;
  if (next < plan.steps.length) return enterStep(reported, next);
  if (plan.end !== 'stop') return enterPromotion(reported);
  const message = `revision ${to.revision} was tried on copies of requests, and nothing was to follow: see the report`;
  return entered(
    end(reported.rollout.status, world.nowMs, {
      outcome: 'Completed',
      reason: 'ShadowCompleted',
      message,
      remembered: true,
    }),
  );
}

function enterStep(context: RolloutContext, index: number): Advance {
  const { rollout, world, judgement } = context;
  const { plan } = rollout.spec;
  const place = `${stepInWords(plan, index)}: ${stepKindInWords(plan, index)}`;
  return entered(
    enter(
      rollout.status,
      world.nowMs,
      { phase: 'Stepping', index, changesRoute: changesRoute(plan, index) },
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
  const obstacle = obstacleTo([isNotPaused, hasBaked, hasAppliedSplit, metricsHaveStarted, hasData], context);
  if (obstacle) return stay(context, obstacle);
  if (rollout.status.weight < 100) return releaseHeldBack(context);
  const { to, plan } = rollout.spec;
  const message = plan.immediate
    ? `revision ${to.revision} is the stable revision again; no gate was asked, for it is within the rollback window`
    : `revision ${to.revision} proved itself and is the stable revision`;
  return entered(promote(rollout.status, world.nowMs, message));
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

const hasBaked: GateCheck = ({ world, rollout: { status, spec } }) => {
  const untilMs = (toMs(status.promotedAt) ?? world.nowMs) + spec.plan.bakeMs;
  if (world.nowMs >= untilMs) return undefined;
  return { message: `revision ${spec.from.revision} stays warm until the bake is over`, untilMs };
};

/** Testers, copies and previews come and go by the route: such a step is in force only when the route says so. */
function changesRoute({ steps }: RolloutPlan, index: number): boolean {
  const kinds = [steps[index - 1]?.kind, steps[index]?.kind];
  return kinds.includes('mirror') || kinds[1] === 'match' || kinds[1] === 'preview';
}

function stepKindInWords(plan: RolloutPlan, index: number): string {
  const step = plan.steps[index];
  switch (step?.kind) {
    case 'mirror':
      return `copies of ${step.percent}% of the requests`;
    case 'match':
      return step.matches.length > 0 ? 'testers get the candidate' : 'testers go back to the split';
    case 'scale':
      return 'the candidate gets other pods';
    case 'preview':
      return 'the candidate is reachable at its preview';
    case 'pause':
      return `pause at ${weightAt(plan, index)}%`;
    default:
      return `weight ${weightAt(plan, index)}%`;
  }
}

function entered(status: ModelRolloutStatus): Advance {
  return { status, obstacle: undefined };
}

function leftInWords({ rollout, judgement }: RolloutContext): string {
  const { status, spec } = rollout;
  if (status.phase === 'Preparing') return 'candidate is ready';
  const verdict = judgement ? ` with ${judgement.verdict}` : '';
  return `left ${stepInWords(spec.plan, status.step.index)}${verdict}`;
}
