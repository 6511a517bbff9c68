import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { formatDuration } from '../../api/duration.ts';
import { toMs, toTime } from '../time.ts';
import { type RolloutContext, rolloutContext } from './rollout-context.ts';
import { type Obstacle, hasCapacity, isNotPaused, mayLeaveStep, obstacleTo } from './gate.ts';
import { plannedWeight, stepInWords, weightAt } from './plan.ts';
import { restoreWeight } from './restore-weight.ts';
import { enter, promote, setWeight } from './transitions.ts';

/** Where a rollout stands after one pass, and what it waits for. */
export interface Advance {
  status: ModelRolloutStatus;
  obstacle: Obstacle | undefined;
}

/** Moves a rollout forward as far as this pass allows: at most one place of the plan, and at most one raise of weight. */
export function advance(context: RolloutContext): Advance {
  const noted = notePause(context, noteApplied(context, noteProgress(context)));
  const moved = move(withStatus(context, noted));
  const raised = raise(withStatus(context, moved.status));
  return { status: raised.status, obstacle: moved.obstacle ?? raised.obstacle };
}

/** The same world from the rollout's next place: what it needs depends on where it stands. */
function withStatus(context: RolloutContext, status: ModelRolloutStatus): RolloutContext {
  const { world, roles, rollout, judgement } = context;
  return rolloutContext(world, roles, { ...rollout, status }, judgement);
}

/** Each newly ready pod restarts the clock of the progress deadline. */
function noteProgress({ world, rollout: { status }, to }: RolloutContext): ModelRolloutStatus {
  const ready = to?.ready ?? 0;
  return ready > (status.progress?.ready ?? 0)
    ? { ...status, progress: { ready, at: toTime(world.nowMs) } }
    : status;
}

/** The hold of a step begins when its split is in force, not when it was asked for (law 7). */
function noteApplied(
  { world, rollout, inForce }: RolloutContext,
  status: ModelRolloutStatus,
): ModelRolloutStatus {
  const reached = status.weight === plannedWeight(rollout.spec.plan, status);
  if (!inForce || !reached || status.phase === 'Preparing' || status.step.appliedAt) return status;
  return { ...status, step: { ...status.step, appliedAt: toTime(world.nowMs) } };
}

/** The progress deadline does not count pauses: after one, its clock starts anew. */
function notePause({ world }: RolloutContext, status: ModelRolloutStatus): ModelRolloutStatus {
  const { paused: before, ...rest } = status;
  if (world.deployment.spec.paused && before?.reason !== 'PausedBySpec') {
    return { ...rest, paused: { since: toTime(world.nowMs), reason: 'PausedBySpec' } };
  }
  if (!world.deployment.spec.paused && before?.reason === 'PausedBySpec') {
    return { ...rest, progress: { ready: status.progress?.ready ?? 0, at: toTime(world.nowMs) } };
  }
  return status;
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
      return { status: context.rollout.status, obstacle: undefined };
  }
}

/** Law 1: ready capacity first, and the backend acknowledged in the route at weight 0. */
function leavePreparation(context: RolloutContext): Advance {
  const { world, rollout, replicas } = context;
  if (replicas === 0)
    return stay(context, { message: 'spec.replicas is 0: nothing serves that could be compared' });
  const obstacle = obstacleTo([isNotPaused, hasCapacity, isPrepared], context);
  if (obstacle) return stay(context, obstacle);
  const { plan } = rollout.spec;
  if (plan.steps.length === 0) return enterPromotion(context);
  return entered(
    enter(
      rollout.status,
      world.nowMs,
      { phase: 'Stepping', index: 0 },
      {
        action: 'StepEntered',
        reason: 'StepEntered',
        message: `candidate is ready; ${placeInWords(context, 0)}`,
      },
    ),
  );
}

function isPrepared({ world, inForce }: RolloutContext): Obstacle | undefined {
  return inForce
    ? undefined
    : {
        message: `waiting until the candidate stands in the route at weight 0: ${world.traffic.acknowledgement}`,
      };
}

function leaveStep(context: RolloutContext): Advance {
  const { world, rollout, judgement } = context;
  const { plan } = rollout.spec;
  const { index } = rollout.status.step;
  const obstacle = obstacleTo(mayLeaveStep, context);
  if (obstacle) return stay(context, obstacle);
  if (index + 1 >= plan.steps.length) return enterPromotion(context);
  return entered(
    enter(
      rollout.status,
      world.nowMs,
      { phase: 'Stepping', index: index + 1 },
      {
        action: 'StepEntered',
        reason: 'StepEntered',
        message: `${leftInWords(context)}; ${placeInWords(context, index + 1)}`,
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
  if (status.weight < 100 || status.step.appliedAt === undefined || !context.inForce) {
    return stay(context, undefined);
  }
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
  return entered({ ...baking, promotedAt, step: { ...baking.step, appliedAt: promotedAt } });
}

function endBake(context: RolloutContext): Advance {
  const { rollout, world } = context;
  const { status, spec } = rollout;
  const untilMs = (toMs(status.promotedAt) ?? world.nowMs) + spec.plan.bakeMs;
  const paused = isNotPaused(context);
  if (paused) return stay(context, paused);
  if (status.weight < 100 || world.nowMs < untilMs) {
    return stay(context, { message: `baking: revision ${spec.from.revision} stays warm`, untilMs });
  }
  const message = `revision ${spec.to.revision} proved itself and is the stable revision`;
  return entered(promote(status, world.nowMs, message));
}

/** Raises the weight to where the rollout stands, once nothing in law 1 or 7 speaks against it. */
function raise(context: RolloutContext): Advance {
  const { rollout, world } = context;
  const { status, spec } = rollout;
  const target = plannedWeight(spec.plan, status);
  if (status.phase === 'Preparing' || status.phase === 'Ended') return stay(context, undefined);
  if (target <= status.weight) return restoreWeight(context);
  const obstacle = obstacleTo([isNotPaused, hasCapacity, isInForceNow], context);
  if (obstacle) return stay(context, obstacle);
  return entered(
    setWeight(status, world.nowMs, target, {
      action: 'WeightRaised',
      reason: 'WeightRaised',
      message: `weight ${status.weight}% to ${target}%`,
    }),
  );
}

/** Law 7 also between a capacity cut and its repair: no raise on top of a split that is not in force. */
function isInForceNow({ world, inForce }: RolloutContext): Obstacle | undefined {
  if (inForce) return undefined;
  return { message: `waiting until the last split is applied: ${world.traffic.acknowledgement}` };
}

function stay(context: RolloutContext, obstacle: Obstacle | undefined): Advance {
  return { status: context.rollout.status, obstacle };
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

function placeInWords({ rollout }: RolloutContext, index: number): string {
  const { plan } = rollout.spec;
  const kind = plan.steps[index]?.kind === 'pause' ? 'pause at' : 'weight';
  return `${stepInWords(plan, index)}: ${kind} ${weightAt(plan, index)}%`;
}
