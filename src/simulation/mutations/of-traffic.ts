import { totalWeight } from '../../domain/traffic/split.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { decides, misreads, type Mutation, runningRollout, withBackends } from './mutation.ts';
import { PassedOnCluster } from './passed-on-cluster.ts';

/** What a router that rounds would write; ours refuses to. */
function withLostPart(object: KubernetesObject): KubernetesObject {
  if (object.kind !== resourceKinds.httpRoute.kind) return object;
  const rules = object['spec'].rules as { backendRefs?: { weight?: number }[] }[];
  const lost = rules.map((rule) => ({
    ...rule,
    backendRefs: rule.backendRefs?.map((ref, at, all) =>
      at === all.length - 1 && ref.weight ? { ...ref, weight: ref.weight - 1 } : ref,
    ),
  }));
  return { ...object, spec: { ...object['spec'], rules: lost } };
}

/** A candidate that is copied to, and whose live backend is the Service of its copies. */
function withMirrorAsBackend(object: KubernetesObject): KubernetesObject {
  if (object.kind !== resourceKinds.httpRoute.kind) return object;
  const rules = object['spec'].rules as {
    backendRefs?: { name: string }[];
    filters?: { requestMirror?: { backendRef: { name: string } } }[];
  }[];
  const mirrors = rules.flatMap(({ filters = [] }) =>
    filters.flatMap(({ requestMirror }) => requestMirror?.backendRef.name ?? []),
  );
  const mirrorOf = (name: string) => mirrors.find((mirror) => mirror === `${name}-mirror`) ?? name;
  const mixed = rules.map((rule) => ({
    ...rule,
    backendRefs: rule.backendRefs?.map((ref) => ({ ...ref, name: mirrorOf(ref.name) })),
  }));
  return { ...object, spec: { ...object['spec'], rules: mixed } };
}

/** Laws 1 to 8: what users would notice first. */
export const mutationsOfTraffic: Mutation[] = [
  misreads('law 1', 'takes every pod that was asked for as ready', (world) => ({
    ...world,
    revisions: world.revisions.map((view) => ({ ...view, ready: view.replicas })),
  })),
  decides(
    'law 1',
    'gives a candidate its first weight with the route that names it first',
    (decision, world) => {
      const rollout = decision.rolloutStatus?.status ?? runningRollout(world)?.status;
      if (rollout?.phase !== 'Preparing') return decision;
      return withBackends(decision, ([stable, candidate, ...others]) =>
        stable && candidate && candidate.weight === 0
          ? [{ ...stable, weight: totalWeight - 100 }, { ...candidate, weight: 100 }, ...others]
          : [stable, candidate, ...others].filter((backend) => backend !== undefined),
      );
    },
  ),
  {
    law: 'law 2',
    does: 'loses a part of the last weight',
    variant: () => ({
      cluster: (cluster) =>
        new PassedOnCluster(cluster, {
          apply: (object, options) => cluster.apply(withLostPart(object), options),
        }),
    }),
  },
  decides('law 3', 'scales a revision down as soon as it has no weight', (decision) => ({
    ...decision,
    revisions: decision.revisions.map((intent) =>
      intent.kind === 'keep' && typeof intent.drainUntilMs === 'number' ? { ...intent, replicas: 0 } : intent,
    ),
  })),
  misreads('law 4', 'takes every drain as over', (world) => ({
    ...world,
    revisions: world.revisions.map((view) => ({
      ...view,
      drainUntilMs: view.drainUntilMs === undefined ? undefined : Math.min(view.drainUntilMs, world.nowMs),
    })),
  })),
  decides('law 5', 'writes the recorded weight again that somebody took away', (decision, world) => {
    const rollout = runningRollout(world);
    const weight = decision.rolloutStatus?.status.weight ?? 0;
    if (!rollout || weight === 0 || decision.rolloutStatus?.status.phase === 'Ended') return decision;
    const given = Math.round((weight * totalWeight) / 100);
    const weightOf = (revision: string) => {
      if (revision === rollout.spec.to.revision) return given;
      return revision === rollout.spec.from.revision ? totalWeight - given : 0;
    };
    return withBackends(decision, (backends) =>
      backends.map(({ revision }) => ({ revision, weight: weightOf(revision) })),
    );
  }),
  decides('law 6', 'takes a pod of the stable revision for the candidate', (decision, world) => {
    const stable = runningRollout(world)?.spec.from.revision;
    return {
      ...decision,
      revisions: decision.revisions.map((intent) =>
        intent.kind === 'keep' && intent.revision === stable
          ? { ...intent, replicas: Math.max(0, intent.replicas - 1) }
          : intent,
      ),
    };
  }),
  misreads('law 7', 'takes every split as applied', (world) => ({
    ...world,
    traffic: { ...world.traffic, acknowledged: true },
  })),
  {
    law: 'law 8',
    does: 'sends live requests to the Service of the copies',
    variant: () => ({
      cluster: (cluster) =>
        new PassedOnCluster(cluster, {
          apply: (object, options) => cluster.apply(withMirrorAsBackend(object), options),
        }),
    }),
  },
];
