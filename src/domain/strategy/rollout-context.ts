import type { RolloutEvidence } from '../../api/model-rollout.ts';
import type { Judgement } from '../analysis/judge.ts';
import type { Roles } from '../roles.ts';
import { findRevision } from '../roles.ts';
import type { RevisionView, RolloutView, World } from '../world.ts';
import { isInForce, splitFor } from './rollout-traffic.ts';
import { type LastSaid, lastSaidOf } from './evidence.ts';
import { stablePods } from './capacity-plan.ts';
import { carriedWeight } from './carried-weight.ts';
import { type NeededPods, neededPodsOf } from './needed-pods.ts';

/** What the checks and the steps of a rollout look at: the world from one rollout's point of view. */
export interface RolloutContext extends NeededPods {
  world: World;
  roles: Roles;
  rollout: RolloutView;
  from: RevisionView | undefined;
  to: RevisionView | undefined;
  /** The largest share of the plan, up to the recorded one, that the candidate's ready pods carry (law 1). */
  carried: number;
  /** Pods that the stable needs; all that are asked for, unless it follows the candidate by choice (law 6). */
  neededStable: number;
  /** The live traffic objects say what was decided last, and the data plane has taken it over (law 7). */
  inForce: boolean;
  /** What the evidence says; absent while the candidate has no traffic to be judged by. */
  judgement: Judgement | undefined;
  /** What it said last, while the answer of the source is under way. */
  lastSaid: LastSaid | undefined;
}

export function rolloutContext(
  world: World,
  roles: Roles,
  rollout: RolloutView,
  judgement: Judgement | undefined,
): RolloutContext {
  const from = findRevision(world, rollout.spec.from.revision);
  const to = findRevision(world, rollout.spec.to.revision);
  const { plan } = rollout.spec;
  const needed = neededPodsOf(world, rollout);
  const { replicas, sizing } = needed;
  const inForce = isInForce(world, splitFor(world, rollout, replicas));
  const carried = carriedWeight(rollout, { from, to }, sizing);
  // It shrinks only when the split is in force; and what lost all of its traffic drains first (law 4).
  const mayShrink = rollout.status.phase === 'Preparing' || (inForce && carried < 100);
  const stays = mayShrink ? 0 : (from?.replicas ?? 0);
  const returns = rollout.status.phase === 'Returning';
  return {
    world,
    roles,
    rollout,
    from,
    to,
    ...needed,
    carried,
    neededStable: returns ? replicas : Math.max(stays, stablePods(plan, carried, sizing)),
    inForce,
    judgement,
    lastSaid: lastSaidOf(world, rollout),
  };
}

/** The same world from another place of the rollout: what it needs depends on where it stands. */
export function withStatus(context: RolloutContext, status: RolloutView['status']): RolloutContext {
  const { world, roles, rollout, judgement } = context;
  return rolloutContext(world, roles, { ...rollout, status }, judgement);
}

/** The newest evidence: that of this pass, or what the record holds while nothing new is known. */
export const knownEvidence = ({
  judgement,
  rollout,
}: Pick<RolloutContext, 'judgement' | 'rollout'>): RolloutEvidence | undefined =>
  judgement?.evidence ?? rollout.status.analysis?.evidence;
