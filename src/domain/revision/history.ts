import type { RevisionIntent } from '../decision.ts';
import type { RevisionView, World } from '../world.ts';

/** What `revisionHistoryLimit` no longer covers. `others` are the revisions that are in no role. */
export function beyondHistory(world: World, others: readonly RevisionView[]): RevisionIntent[] {
  return [...revisionsBeyond(world, others), ...rolloutsBeyond(world)];
}

/**
 * Those at zero replicas that users have not had for longest: one that returned in between is no old one. The one that the spec asks for
 * is never among them.
 */
function revisionsBeyond(
  { target, traffic, deployment }: World,
  others: readonly RevisionView[],
): RevisionIntent[] {
  return others
    .filter(({ revision }) => revision !== target.revision && !traffic.named.includes(revision))
    .filter(({ replicas, pods }) => replicas === 0 && pods === 0)
    .sort(
      (left, right) => lastNeededMs(right) - lastNeededMs(left) || (left.revision < right.revision ? -1 : 1),
    )
    .slice(deployment.spec.revisionHistoryLimit)
    .map(({ revision }) => ({ kind: 'delete', revision }));
}

/** What had its part in a rollout was drained at its end. */
const lastNeededMs = ({ drainUntilMs, createdAtMs }: RevisionView): number => drainUntilMs ?? createdAtMs;

/** The oldest records that have ended. The newest is kept whatever the limit: the roles are read from it. */
function rolloutsBeyond({ rollouts, deployment }: World): RevisionIntent[] {
  const ended = rollouts.slice(0, -1).filter(({ status }) => status.phase === 'Ended');
  const kept = Math.max(0, deployment.spec.revisionHistoryLimit - 1);
  return ended
    .slice(0, Math.max(0, ended.length - kept))
    .map(({ name }) => ({ kind: 'deleteRollout', name }));
}
