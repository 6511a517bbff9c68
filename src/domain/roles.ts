import type { RevisionView, RolloutView, World } from './world.ts';

/** Who plays which part. Roles are not objects: a promotion changes roles and restarts no pod. */
export interface Roles {
  /** The revision that users have; absent as long as nothing was ever served. */
  stable: string | undefined;
  /** The rollout that runs now. */
  active: RolloutView | undefined;
  /** The newest rollout, running or ended. */
  newest: RolloutView | undefined;
}

/**
 * Rebuilds the roles from what the API server holds, the record first because it is written first (laws 12 and 13), then the
 * status, then the live traffic objects, then the Deployments (law 20). "First revision ever" means that none of these names
 * a revision that still exists.
 */
export function resolveRoles(world: World): Roles {
  const newest = world.rollouts.at(-1);
  const active = newest && newest.status.phase !== 'Ended' ? newest : undefined;
  const exists = (revision: string | undefined): revision is string =>
    revision !== undefined &&
    (revision === world.target.revision || world.revisions.some((view) => view.revision === revision));
  const candidates = [
    newest && revisionInCharge(newest),
    world.deployment.status?.stable?.revision,
    world.traffic.apex?.kind === 'revision' ? world.traffic.apex.revision : undefined,
    heaviest(world),
    oldestReady(world),
  ];
  return { stable: candidates.find(exists), active, newest };
}

/** The revision that a rollout leaves, or has so far left, with the users. */
export function revisionInCharge({ spec, status }: Pick<RolloutView, 'spec' | 'status'>): string {
  const hasRole = status.phase === 'Ended' ? status.weight > 0 : status.promotedAt !== undefined;
  return hasRole ? spec.to.revision : spec.from.revision;
}

/**
 * The revision with most of the live traffic. Where several share it, the one that the spec asks for is the one on trial,
 * however much it has already: it is never the stable for that (law 20).
 */
function heaviest({ traffic, target }: World): string | undefined {
  const shares =
    traffic.router === 'weighted'
      ? (traffic.route ?? []).map(({ revision, weight }): [string, number] => [revision, weight])
      : Object.entries(traffic.endpoints);
  return shares
    .filter(([, share]) => share > 0)
    .sort(
      ([leftName, left], [rightName, right]) =>
        Number(leftName === target.revision) - Number(rightName === target.revision) ||
        right - left ||
        (leftName < rightName ? -1 : 1),
    )[0]?.[0];
}

/** When even the live objects are lost: what runs, is ready, and was not taken out of its role. */
function oldestReady({ revisions, target }: World): string | undefined {
  return revisions
    .filter(({ revision, ready }) => revision !== target.revision && ready > 0)
    .filter(({ drainUntilMs }) => drainUntilMs === undefined)
    .sort((left, right) => left.createdAtMs - right.createdAtMs)[0]?.revision;
}

export function findRevision(world: World, revision: string | undefined): RevisionView | undefined {
  return world.revisions.find((view) => view.revision === revision);
}
