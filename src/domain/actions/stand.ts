import { type Roles, revisionInCharge } from '../roles.ts';
import type { RolloutContext } from '../strategy/rollout-context.ts';
import type { RolloutView, World } from '../world.ts';

/** How things stand for an action: what it is judged by. */
export interface Stand {
  world: World;
  /** The revision that users have; absent as long as nothing was ever served. */
  stable: string | undefined;
  /** The rollout that runs. */
  active: RolloutView | undefined;
  /** The newest rollout, running or ended. */
  newest: RolloutView | undefined;
}

export const standOf = (world: World, { stable, active, newest }: Roles): Stand => ({
  world,
  stable,
  active,
  newest,
});

/** In the middle of a pass, with what the pass has decided so far. */
export const standIn = ({ world, rollout }: RolloutContext): Stand => ({
  world,
  stable: revisionInCharge(rollout),
  active: rollout,
  newest: rollout,
});

/** The revision that a remembered rollout keeps from being rolled out again. */
export const heldOffBy = ({ spec }: Pick<RolloutView, 'spec'>): string => spec.insteadOf ?? spec.to.revision;

/** The revision of the spec is left alone because of the newest rollout: it failed, or somebody went back from it. */
export function isHeldOff(
  { target }: { target: Pick<World['target'], 'revision'> },
  newest: Pick<RolloutView, 'spec' | 'status'> | undefined,
): boolean {
  return newest?.status.remembered === true && heldOffBy(newest) === target.revision;
}

/** Somebody went back from the revision of the spec, and stays there. */
export const isPinned = ({ spec, status }: RolloutView): boolean =>
  spec.insteadOf !== undefined || status.reason === 'RolledBackByAction';
