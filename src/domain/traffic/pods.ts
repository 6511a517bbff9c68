/**
 * How many pods a share of the traffic needs, and which shares a number of ready pods can carry (laws 1 and 4).
 *
 * Weights are percent of the live traffic, `replicas` is the serving capacity that the spec asks for.
 */

/** Which kind of router shifts the traffic, as far as arithmetic goes. */
export type RouterKind =
  /** Splits by weight, whatever the pod counts are: Gateway API and the like. */
  | 'weighted'
  /** A plain Service spreads evenly over its pods: the share is a ratio of pod counts. */
  | 'replicaRatio';

/** Pods of each arm that take live traffic under a plain Service, and the share that this really is. */
export interface PodRatio {
  candidate: number;
  stable: number;
  /** The candidate's share in percent that these counts give. */
  achievable: number;
}

/**
 * The pod counts whose ratio is nearest to `weight`. One side always has all of its pods, so that the two together
 * never have less than the asked capacity; ties go to the larger candidate, as Argo Rollouts does it.
 */
export function podRatio(weight: number, replicas: number): PodRatio {
  if (weight <= 0 || replicas <= 0) return ratio(0, replicas);
  if (weight >= 100) return ratio(replicas, 0);
  const choices: PodRatio[] = [];
  for (let pods = 1; pods <= replicas; pods += 1) choices.push(ratio(pods, replicas), ratio(replicas, pods));
  return choices.reduce((best, next) => {
    const gain = Math.abs(best.achievable - weight) - Math.abs(next.achievable - weight);
    return gain > 1e-9 || (gain > -1e-9 && next.candidate > best.candidate) ? next : best;
  });
}

function ratio(candidate: number, stable: number): PodRatio {
  const total = candidate + stable;
  return { candidate, stable, achievable: total === 0 ? 0 : (100 * candidate) / total };
}

/** Candidate pods that a weight takes; at least one, so that a candidate at weight 0 can show that it starts. */
export function podsForWeight(weight: number, replicas: number, router: RouterKind): number {
  if (replicas === 0) return 0;
  if (router === 'replicaRatio') return Math.max(1, podRatio(weight, replicas).candidate);
  // A weight has one decimal; counting in tenths keeps 0.1 * 3 from becoming 0.30000000000000004.
  return Math.max(1, Math.ceil((Math.round(weight * 10) * replicas) / 1000));
}

/** Ready pods without which a weight is not raised: `readiness.percent` of those that it takes. */
export function readyPodsForWeight(
  weight: number,
  replicas: number,
  readinessPercent: number,
  router: RouterKind,
): number {
  return replicas === 0 || weight <= 0
    ? 0
    : readyPodsOf(podsForWeight(weight, replicas, router), readinessPercent);
}

/** `readiness.percent` of so many pods; at least one of any. */
export function readyPodsOf(pods: number, readinessPercent: number): number {
  return pods <= 0 ? 0 : Math.max(1, Math.ceil((pods * readinessPercent) / 100));
}

/** The share that a router really gives when it is asked for `weight`. */
export function achievableWeight(weight: number, replicas: number, router: RouterKind): number {
  return router === 'replicaRatio' ? podRatio(weight, replicas).achievable : weight;
}

/**
 * The largest of `weights` (0 is always among them) that so many ready pods can carry. `most`: with so many pods any weight is
 * carried, since somebody said that so many suffice.
 */
export function supportedWeight(
  ready: number,
  weights: readonly number[],
  replicas: number,
  readinessPercent: number,
  router: RouterKind,
  most = Infinity,
): number {
  const needed = (weight: number) => readyPodsForWeight(weight, replicas, readinessPercent, router);
  const suffices = readyPodsOf(most, readinessPercent);
  return weights.reduce(
    (best, weight) =>
      weight > best && ready > 0 && Math.min(suffices, needed(weight)) <= ready ? weight : best,
    0,
  );
}
