import type { RolloutView, World } from '../world.ts';
import { podRatio } from '../traffic/pods.ts';
import {
  type ApexSelection,
  type TrafficIntent,
  backendsFor,
  sameApex,
  sameBackends,
  shareOf,
  toParts,
} from '../traffic/split.ts';
import { sameExtras } from '../traffic/route-extras.ts';
import { drainingRevisions } from '../revision/draining.ts';
import { isBlueGreen } from './plan.ts';
import { extrasFor, previewFor } from './rollout-extras.ts';

/** A whole traffic decision: what the router's objects say and what the apex Service selects. */
export interface Split {
  intent: TrafficIntent;
  apex: ApexSelection;
}

/** The split that a running rollout has decided on: its record's weight, and nothing else (law 5). */
export function splitFor(world: World, rollout: RolloutView, replicas: number): Split {
  const stable = rollout.spec.from.revision;
  const candidate = { revision: rollout.spec.to.revision, weight: rollout.status.weight };
  const preview = previewFor(world, rollout, stable);
  if (world.traffic.router === 'weighted') {
    const hasService = world.revisions.some(
      (view) => view.revision === candidate.revision && view.hasService,
    );
    const draining = drainingRevisions(world, [stable, candidate.revision]);
    return {
      intent: {
        kind: 'weighted',
        backends: backendsFor(stable, hasService ? candidate : undefined, draining),
        ...extrasFor(world, rollout),
        ...(preview !== undefined && { preview }),
      },
      // With a router the route alone decides; the apex follows only at the end of bake.
      apex: { kind: 'revision', revision: stable },
    };
  }
  if (candidate.weight <= 0) return settledSplit(world, stable, preview);
  // Blue-green moves everybody by the selector alone, in one write.
  if (isBlueGreen(rollout.spec.plan)) return settledSplit(world, candidate.revision, preview);
  const ratio = podRatio(candidate.weight, replicas);
  const live = [
    { revision: stable, pods: ratio.stable },
    { revision: candidate.revision, pods: ratio.candidate },
  ];
  return {
    intent: {
      kind: 'replicaRatio',
      live: live.filter(({ pods }) => pods > 0),
      ...(preview !== undefined && { preview }),
    },
    apex: { kind: 'live' },
  };
}

/** The split with one revision for everybody. */
export function settledSplit(
  world: World,
  stable: string,
  preview = previewFor(world, undefined, stable),
): Split {
  const apex: ApexSelection = { kind: 'revision', revision: stable };
  const previewed = preview === undefined ? {} : { preview };
  return world.traffic.router === 'weighted'
    ? {
        intent: {
          kind: 'weighted',
          backends: backendsFor(stable, undefined, drainingRevisions(world, [stable])),
          ...previewed,
        },
        apex,
      }
    : { intent: { kind: 'replicaRatio', live: [], ...previewed }, apex };
}

/** The live objects say what was decided, whether or not the data plane has taken it over. */
function isWritten(world: World, { intent, apex }: Split): boolean {
  const { traffic } = world;
  if (!sameApex(traffic.apex, apex)) return false;
  if (intent.kind === 'weighted')
    return (
      traffic.route !== undefined &&
      sameBackends(traffic.route, intent.backends) &&
      sameExtras(traffic.extras, intent)
    );
  if (intent.live.length === 0) return true;
  // Where a revision has fewer ready pods than its part, all that it has are chosen.
  const readyOf = (name: string) => world.revisions.find(({ revision }) => revision === name)?.ready ?? 0;
  const wanted = new Map(
    intent.live.map(({ revision, pods }) => [revision, Math.min(pods, readyOf(revision))]),
  );
  return [...new Set([...wanted.keys(), ...Object.keys(traffic.live)])].every(
    (revision) => (wanted.get(revision) ?? 0) === (traffic.live[revision] ?? 0),
  );
}

/**
 * Whatever is still written or acknowledged, it sends nobody anywhere else: everybody has the one revision already. So it is
 * when the drain of another one ends, and its backend at weight 0 goes.
 */
export function onlyTidies({ traffic }: World, stable: string): boolean {
  const { router, route, apex, acknowledged, pending, extras } = traffic;
  if (router !== 'weighted' || apex?.kind !== 'revision' || apex.revision !== stable) return false;
  if (extras.testers) return false;
  if (shareOf(route ?? [], stable) < 100) return false;
  return acknowledged || pending === true;
}

/** Written, and acknowledged by the data plane (law 7). */
export function isInForce(world: World, split: Split): boolean {
  return isWritten(world, split) && world.traffic.acknowledged;
}

/**
 * Law 1, last line of defence: no more users are sent to a revision without a ready endpoint while a revision that has
 * traffic now answers. Why a split is not written for this, in words; undefined for one that may be.
 */
export function withheldInWords(world: World, split: Split): string | undefined {
  const isReady = (name: string) =>
    world.revisions.some(({ revision, ready }) => revision === name && ready > 0);
  const dead = raisedBy(world, split).find((revision) => !isReady(revision));
  if (dead === undefined || !revisionsWithTraffic(world).some(isReady)) return undefined;
  return `the live split stays as it is until revision ${dead} has a ready pod`;
}

/** The revisions that a split gives more than they have. A ratio of pods only ever counts ready ones. */
function raisedBy({ traffic }: World, { intent, apex }: Split): string[] {
  if (intent.kind === 'replicaRatio') return apex.kind === 'revision' ? [apex.revision] : [];
  const had = (revision: string) => toParts(shareOf(traffic.route ?? [], revision));
  return intent.backends
    .filter(({ revision, weight }) => weight > had(revision))
    .map(({ revision }) => revision);
}

/** The revisions that live traffic goes to now, or will when the data plane has followed. */
function revisionsWithTraffic({ traffic }: World): string[] {
  const { router, route, endpoints, live, apex } = traffic;
  if (router === 'weighted') {
    return (route ?? []).filter(({ weight }) => weight > 0).map(({ revision }) => revision);
  }
  const selected = apex?.kind === 'revision' ? [apex.revision] : apex ? positive(live) : [];
  return [...new Set([...positive(endpoints), ...selected])];
}

const positive = (counts: Record<string, number>): string[] =>
  Object.entries(counts).flatMap(([revision, count]) => (count > 0 ? [revision] : []));
