import type { RouteExtras } from './route-extras.ts';

/**
 * Shares of live traffic, in the units that traffic objects are written in.
 *
 * Gateway API weights are integers, so percent with one decimal are written as parts of a constant total of 1000
 * (law 2: the shares of every object ever written sum to it).
 */
export const totalWeight = 1000;

/** One revision's part of `totalWeight`. */
export interface Backend {
  revision: string;
  /** 0 to `totalWeight`. A revision at 0 stands in the route and gets nothing. */
  weight: number;
}

/** Live pods wanted of one revision behind a plain Service. */
export interface LivePods {
  revision: string;
  pods: number;
  /** Its older pods are being replaced: they are chosen last. Milliseconds since the epoch. */
  replacedBeforeMs?: number;
}

/** What the traffic objects should say; a router turns it into objects of its own vocabulary. */
export type TrafficIntent = {
  /** The revision that the preview Service selects, and the preview route reaches; absent: there is none of either. */
  preview?: string;
} & (
  | ({ kind: 'weighted'; backends: Backend[] } & RouteExtras)
  /** With no entry, the apex Service selects a revision and no pod needs a live label. */
  | { kind: 'replicaRatio'; live: LivePods[] }
);

/** What the apex Service should select: one revision, or the pods that are labelled live. */
export type ApexSelection = { kind: 'revision'; revision: string } | { kind: 'live' };

/**
 * The backends for a split between two revisions, with others that drain kept at 0.
 *
 * `candidateWeight` is in percent. The stable gets what is left, so the sum is the total whatever was asked.
 */
export function backendsFor(
  stable: string,
  candidate: { revision: string; weight: number } | undefined,
  draining: readonly string[],
): Backend[] {
  const given = candidate && candidate.revision !== stable ? toParts(candidate.weight) : 0;
  const backends: Backend[] = [{ revision: stable, weight: totalWeight - given }];
  if (candidate && candidate.revision !== stable)
    backends.push({ revision: candidate.revision, weight: given });
  for (const revision of draining) {
    if (!backends.some((backend) => backend.revision === revision)) backends.push({ revision, weight: 0 });
  }
  return backends;
}

/** Percent to parts of the total, kept inside it. */
export function toParts(percent: number): number {
  return Math.min(totalWeight, Math.max(0, Math.round((percent * totalWeight) / 100)));
}

/** The share in percent that a set of backends gives a revision; 0 when it is not among them. */
export function shareOf(backends: readonly Backend[], revision: string): number {
  const total = backends.reduce((sum, backend) => sum + backend.weight, 0);
  const own = backends.reduce(
    (sum, backend) => sum + (backend.revision === revision ? backend.weight : 0),
    0,
  );
  return total === 0 ? 0 : (100 * own) / total;
}

/** Whether two selections of the apex Service are one. */
export const sameApex = (left: ApexSelection | undefined, right: ApexSelection): boolean =>
  left?.kind === 'revision' && right.kind === 'revision'
    ? left.revision === right.revision
    : left?.kind === right.kind;

/** Whether two sets of backends say the same; the order of backends in a route carries no meaning. */
export function sameBackends(left: readonly Backend[], right: readonly Backend[]): boolean {
  return (
    left.length === right.length &&
    left.every((backend) =>
      right.some((other) => other.revision === backend.revision && other.weight === backend.weight),
    )
  );
}
