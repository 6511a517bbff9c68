import type { RevisionView, World } from '../world.ts';
import type { RevisionIntent } from '../decision.ts';

/**
 * Revisions that lost their traffic: their pods stay for `drain` (or their own grace period, if that is longer), their
 * backend stays in the route at weight 0 for as long, then the backend goes, then the pods (laws 3 and 4). Each wait
 * ends by an absolute time on the revision's Deployment, so that it survives restarts.
 */

/** Revisions, other than those in a role, that the route must go on naming at weight 0. */
export function drainingRevisions(world: World, inRole: readonly string[]): string[] {
  const { route } = world.traffic;
  return world.revisions
    .filter(({ revision }) => !inRole.includes(revision))
    .filter(({ revision }) => route?.some((backend) => backend.revision === revision))
    .filter((view) => view.replicas > 0 && !hasDrained(world, view))
    .map(({ revision }) => revision)
    .sort();
}

function hasDrained(world: World, view: RevisionView): boolean {
  return view.drainUntilMs !== undefined && view.drainUntilMs <= world.nowMs;
}

export interface Retirement {
  intents: RevisionIntent[];
  /** When the next wait is over, in milliseconds since the epoch. */
  nextAtMs: number | undefined;
}

/** What happens to the revisions that are in no role any more, and to those beyond the history limit. */
export function retireRevisions(world: World, inRole: readonly string[]): Retirement {
  const others = world.revisions.filter(({ revision }) => !inRole.includes(revision));
  const intents: RevisionIntent[] = [];
  let nextAtMs: number | undefined;
  for (const view of others.filter(({ replicas }) => replicas > 0)) {
    const intent = retire(world, view);
    if (intent) intents.push(intent);
    if (view.drainUntilMs !== undefined && view.drainUntilMs > world.nowMs) {
      nextAtMs = Math.min(nextAtMs ?? Infinity, view.drainUntilMs);
    }
  }
  return { intents: [...intents, ...beyondHistory(world, others)], nextAtMs };
}

function retire(world: World, view: RevisionView): RevisionIntent | undefined {
  const { revision, replicas, gracePeriodMs } = view;
  if (carriesTraffic(world, revision) || !world.traffic.acknowledged) return undefined;
  if (view.drainUntilMs === undefined) {
    const drainMs = Math.max(world.deployment.spec.drainMs, gracePeriodMs);
    return { kind: 'keep', revision, replicas, drainUntilMs: world.nowMs + drainMs };
  }
  const named = world.traffic.named.includes(revision);
  return hasDrained(world, view) && !named ? { kind: 'keep', revision, replicas: 0 } : undefined;
}

function carriesTraffic({ traffic }: World, revision: string): boolean {
  return traffic.router === 'weighted'
    ? (traffic.route ?? []).some((backend) => backend.revision === revision && backend.weight > 0)
    : (traffic.endpoints[revision] ?? 0) > 0;
}

/** The oldest revisions at zero replicas, beyond the limit. The one that the spec asks for is never among them. */
function beyondHistory(world: World, others: readonly RevisionView[]): RevisionIntent[] {
  return others
    .filter(({ revision }) => revision !== world.target.revision)
    .filter(
      ({ revision, replicas, pods }) =>
        replicas === 0 && pods === 0 && !world.traffic.named.includes(revision),
    )
    .sort((left, right) => right.createdAtMs - left.createdAtMs || (left.revision < right.revision ? -1 : 1))
    .slice(world.deployment.spec.revisionHistoryLimit)
    .map(({ revision }) => ({ kind: 'delete', revision }));
}
