import type { RevisionView, World } from '../world.ts';
import type { RevisionIntent } from '../decision.ts';
import { earliest } from '../time.ts';
import { beyondHistory } from './history.ts';

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

/** What happens to the revisions that are in no role any more, and to what is beyond the history limit. */
export function retireRevisions(world: World, inRole: readonly string[]): Retirement {
  const others = world.revisions.filter(({ revision }) => !inRole.includes(revision));
  const serving = others.filter(({ replicas }) => replicas > 0);
  // One whose controller was killed after the pods went to zero may still have its mirror Service.
  const empty = others.filter(({ replicas }) => replicas === 0);
  const intents = [
    ...serving.map((view) => retire(world, view)),
    ...empty.map((view) => withoutMirror(world, view)),
  ].filter((intent) => intent !== undefined);
  const waits = serving.map(({ drainUntilMs = 0 }) =>
    drainUntilMs > world.nowMs ? drainUntilMs : undefined,
  );
  return {
    intents: [...intents, ...neverBorn(world, inRole), ...beyondHistory(world, others)],
    nextAtMs: earliest(...waits),
  };
}

/** What is there of a revision that got no Deployment before it was superseded goes as soon as nothing leads to it (law 3). */
function neverBorn(world: World, inRole: readonly string[]): RevisionIntent[] {
  const { unborn = [], target, traffic } = world;
  if (!isTrafficKnown(world)) return [];
  return unborn
    .filter((revision) => revision !== target.revision && !inRole.includes(revision))
    .filter((revision) => !traffic.named.includes(revision))
    .map((revision) => ({ kind: 'delete', revision }));
}

function retire(world: World, view: RevisionView): RevisionIntent | undefined {
  const { revision, replicas, gracePeriodMs, drainUntilMs } = view;
  if (carriesTraffic(world, view)) {
    // Somebody gave it traffic again: the wait begins anew when that is over. The old mark goes before the traffic does, or a
    // controller that is killed in between would take it for the new wait (laws 4 and 12).
    return drainUntilMs === undefined
      ? undefined
      : { kind: 'keep', revision, replicas, drainUntilMs: null, beforeTraffic: true };
  }
  if (!isTrafficKnown(world)) return undefined;
  if (drainUntilMs === undefined) {
    const drainMs = Math.max(world.deployment.spec.drainMs, gracePeriodMs);
    return { kind: 'keep', revision, replicas, drainUntilMs: world.nowMs + drainMs };
  }
  const named = world.traffic.named.includes(revision);
  if (hasDrained(world, view) && !named)
    return { kind: 'keep', revision, replicas: 0, ...unneededMirror(world, view) };
  return withoutMirror(world, view);
}

function withoutMirror(world: World, view: RevisionView): RevisionIntent | undefined {
  const { revision, replicas } = view;
  const mirror = unneededMirror(world, view);
  return mirror.mirrorService === false ? { kind: 'keep', revision, replicas, ...mirror } : undefined;
}

/** A mirror Service goes as soon as no live route names it (law 3). */
export function unneededMirror(
  { traffic }: World,
  { revision, hasMirrorService }: RevisionView,
): { mirrorService?: false } {
  const isNamed = traffic.extras.mirror?.revision === revision;
  return hasMirrorService && !isNamed && traffic.acknowledged ? { mirrorService: false } : {};
}

/**
 * Also by the apex Service, which has users of its own beside a route. A pod that it selects carries traffic whenever it becomes ready,
 * also before this pass has changed the selector.
 */
function carriesTraffic({ traffic }: World, { revision, members }: RevisionView): boolean {
  const byRoute = traffic.route?.some((backend) => backend.revision === revision && backend.weight > 0);
  const byApex = traffic.apex?.kind === 'revision' && traffic.apex.revision === revision;
  const bySelection = traffic.apex?.kind === 'live' && members.some(({ live }) => live);
  return byRoute || byApex || bySelection || (traffic.endpoints[revision] ?? 0) > 0;
}

/** The data plane does what the live objects say, or there are none that could have told it anything. */
function isTrafficKnown({ traffic }: World): boolean {
  return traffic.acknowledged || (traffic.route === undefined && traffic.apex === undefined);
}
