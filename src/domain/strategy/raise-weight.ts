import { shareOf } from '../traffic/split.ts';
import { type Advance, type GateCheck, isNotPaused, obstacleTo, stay } from './gate.ts';
import { hasCapacity } from './step-checks.ts';
import { isAsked } from './evidence.ts';
import { choiceInWords } from './next-weight.ts';
import { plannedWeight } from './plan.ts';
import type { RolloutContext } from './rollout-context.ts';
import { setWeight } from './transitions.ts';
import { pendingSplitInWords } from '../traffic/pending-split.ts';

/**
 * Raises the weight to where the rollout stands in its plan, once nothing in laws 1 and 7 speaks against it; or gives back,
 * by a recorded decision, what somebody took away (law 5).
 */
export function raiseWeight(context: RolloutContext): Advance {
  const { rollout, world, judgement } = context;
  const { status, spec } = rollout;
  if (status.phase === 'Preparing' || status.phase === 'Ended' || status.phase === 'Returning') {
    return stay(context, undefined);
  }
  if (weightWasTakenAway(context)) {
    const obstacle = obstacleTo([isNotPaused, hasCapacity, standsInRoute, hasEvidenceAgain], context);
    if (obstacle) return stay(context, obstacle);
    const restored = setWeight(status, world.nowMs, status.weight, {
      action: 'WeightRestored',
      reason: 'TrafficRepaired',
      message: `the live split gave the candidate ${liveWeight(context)}% instead of ${status.weight}%: restored`,
      verdict: judgement?.verdict,
    });
    return { status: restored, obstacle: undefined };
  }
  const target = plannedWeight(spec.plan, status);
  if (target <= status.weight) return stay(context, undefined);
  const obstacle = obstacleTo([isNotPaused, hasCapacity, isInForceNow], context);
  if (obstacle) return stay(context, obstacle);
  const raised = setWeight(status, world.nowMs, target, {
    action: 'WeightRaised',
    reason: 'WeightRaised',
    message: `weight ${status.weight}% to ${target}%${choiceInWords(context)}`,
  });
  return { status: raised, obstacle: undefined };
}

/** No place is left before the candidate has the weight of that place. */
export function hasItsWeight(context: RolloutContext): boolean {
  const { status, spec } = context.rollout;
  return status.weight === plannedWeight(spec.plan, status) && !weightWasTakenAway(context);
}

/**
 * The live objects give the candidate less than the record decided, although that was in force before: somebody, or a Fail
 * whose record could not be written, took weight away.
 */
export function weightWasTakenAway(context: RolloutContext): boolean {
  const { status } = context.rollout;
  return (
    status.step.appliedAt !== undefined && status.weight > 0 && liveWeight(context) < status.weight - 0.05
  );
}

/**
 * The weight that may be written now. Weight that was taken away stays away until a decision restores it (law 5), and none
 * is given to a candidate that does not stand in the live route, acknowledged (law 1), or is on its way back.
 */
export function weightToWrite(context: RolloutContext): number {
  const { weight, phase } = context.rollout.status;
  const mayRise =
    phase !== 'Returning' && !weightWasTakenAway(context) && standsInRoute(context) === undefined;
  return mayRise ? weight : Math.min(weight, liveWeight(context));
}

/** What the live objects give the candidate, in percent. */
function liveWeight({ world, rollout }: RolloutContext): number {
  const { traffic } = world;
  if (traffic.router === 'weighted') return shareOf(traffic.route ?? [], rollout.spec.to.revision);
  if (traffic.apex?.kind === 'live') return rollout.status.weight;
  return traffic.apex?.kind === 'revision' && traffic.apex.revision === rollout.spec.to.revision ? 100 : 0;
}

/** No raise on top of a split that is not in force (law 7). */
const isInForceNow: GateCheck = ({ world, inForce }) =>
  inForce
    ? undefined
    : { message: `waiting until the last split is applied: ${pendingSplitInWords(world.traffic)}` };

/** Law 1, for a route that was deleted or rewritten: the candidate stands in it, acknowledged, before it gets weight. */
const standsInRoute: GateCheck = ({ world, rollout }) => {
  const { route, router, acknowledged, acknowledgement } = world.traffic;
  // Behind a plain Service the router itself adds pods step by step.
  if (router === 'replicaRatio') return undefined;
  const stands = route?.some(({ revision }) => revision === rollout.spec.to.revision);
  if (stands && acknowledged) return undefined;
  return { message: `the candidate's weight was taken away: waiting for the route: ${acknowledgement}` };
};

/** Evidence is asked for, and something must say that the candidate may have its weight back. */
const hasEvidenceAgain: GateCheck = (context) => {
  const { rollout, judgement } = context;
  if (!isAsked(context)) return undefined;
  if (judgement?.verdict === 'Pass' || judgement?.verdict === 'Inconclusive') return undefined;
  return {
    message: `the candidate's weight was taken away (${liveWeight(context)}% of ${rollout.status.weight}%): waiting for a verdict to restore it`,
  };
};
