import { surgeOf } from '../../controller/objects/revision-deployment.ts';
import { labels } from '../../api/group.ts';
import { parseDuration } from '../../api/duration.ts';
import { readRollout } from '../../controller/objects/model-rollout.ts';
import type { Facts } from '../../domain/testing/facts.ts';
import type { ApexSelection, Backend } from '../../domain/traffic/split.ts';
import { type KubernetesObject, nameOf, resourceKinds } from '../../kubernetes/resource.ts';
import { serviceNameLabel } from '../../routers/objects/labels.ts';
import type { AcceptedWrite } from '../api-server/object-writer.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import { isReady } from '../workloads/pod-status.ts';
import { everybodysBackends, isAcknowledged, namedInRoute } from './read-route.ts';

/** What the facts of one ModelDeployment are read from, by kind; a write of another kind changes none of them. */
type Part = 'spec' | 'records' | 'workloads' | 'traffic';
const partsOf: Record<string, readonly Part[]> = {
  ModelDeployment: ['spec', 'records', 'workloads', 'traffic'],
  ModelRollout: ['records'],
  Deployment: ['workloads'],
  EndpointSlice: ['workloads', 'traffic'],
  Service: ['workloads', 'traffic'],
  HTTPRoute: ['traffic'],
  Pod: ['traffic'],
};

/** All of `Facts` but what they remember of the past. */
export type PresentFacts = Omit<Facts, 'lostTrafficAtMs' | 'decisionsAtFall' | 'readyWhenGiven'>;

interface Endpoint {
  conditions?: { ready?: boolean };
  targetRef?: { name: string };
}

/**
 * What the stored objects say of one ModelDeployment at this moment, for the laws. It reads them by itself and not through the routers
 * or the controller, so that what those misread is seen.
 */
export class LiveFacts {
  readonly #server: SimulatedApiServer;
  readonly #key: string;
  readonly #stale = new Set<Part>(partsOf['ModelDeployment']);
  #spec: Pick<PresentFacts, 'router' | 'replicas' | 'drainMs'> = {
    router: 'weighted',
    replicas: 0,
    drainMs: 0,
  };
  #rollout: PresentFacts['rollout'];
  #revisions: PresentFacts['revisions'] = {};
  #traffic: Pick<PresentFacts, 'route' | 'apex' | 'acknowledged' | 'shares' | 'named'> = {
    route: undefined,
    apex: undefined,
    acknowledged: false,
    shares: {},
    named: [],
  };

  constructor(server: SimulatedApiServer, key: string) {
    this.#server = server;
    this.#key = key;
  }

  /** Something was written; says whether the facts may be others now. */
  changed(write: AcceptedWrite): boolean {
    const parts = isStatusOnly(write) ? [] : (partsOf[write.kind] ?? []);
    for (const part of parts) this.#stale.add(part);
    return parts.length > 0;
  }

  /** The identity of the ModelDeployment that they are about; undefined when there is none. */
  get uid(): string | undefined {
    return this.#modelDeployment?.metadata.uid;
  }

  at(nowMs: number): PresentFacts {
    const { uid } = this;
    if (this.#stale.delete('spec')) this.#spec = this.#readSpec();
    if (this.#stale.delete('records')) this.#rollout = this.#readRollout(uid);
    if (this.#stale.delete('workloads')) this.#revisions = this.#readRevisions(uid);
    if (this.#stale.delete('traffic')) this.#traffic = this.#readTraffic(uid);
    return { nowMs, ...this.#spec, rollout: this.#rollout, revisions: this.#revisions, ...this.#traffic };
  }

  get #modelDeployment(): KubernetesObject | undefined {
    return this.#server.find(resourceKinds.modelDeployment, this.#key);
  }

  get #name(): string {
    return nameOf(this.#key).name;
  }

  #readSpec(): Pick<PresentFacts, 'router' | 'replicas' | 'drainMs'> {
    const spec = this.#modelDeployment?.['spec'];
    return {
      router: spec?.traffic?.gatewayAPI ? 'weighted' : 'replicaRatio',
      replicas: spec?.replicas ?? 1,
      drainMs: parseDuration(spec?.drain ?? '60s'),
    };
  }

  #readRollout(uid: string | undefined): PresentFacts['rollout'] {
    return this.#owned(resourceKinds.modelRollout, uid)
      .map((rollout) => readRollout(rollout, 0))
      .reduce<PresentFacts['rollout']>(
        (newest, next) => (newest && newest.spec.number > next.spec.number ? newest : next),
        undefined,
      );
  }

  #readRevisions(uid: string | undefined): PresentFacts['revisions'] {
    const ready = new Map<string, number>();
    for (const slice of this.#server.list(resourceKinds.endpointSlice)) {
      ready.set(slice.metadata.labels?.[serviceNameLabel] ?? '', endpointsOf(slice).length);
    }
    const revisions: PresentFacts['revisions'] = {};
    for (const deployment of this.#owned(resourceKinds.deployment, uid)) {
      const { metadata, spec } = deployment;
      const revision = metadata.labels?.[labels.revision];
      if (revision === undefined || metadata.deletionTimestamp) continue;
      revisions[revision] = {
        replicas: (spec?.replicas ?? 1) - surgeOf(deployment),
        ready: ready.get(metadata.name) ?? 0,
      };
    }
    return revisions;
  }

  #readTraffic(uid: string | undefined) {
    const apex = this.#apex(uid);
    const pods = this.#pods();
    const endpoints = this.#apexEndpoints();
    const live = apex ? podsSelected(apex, pods) : [];
    const isWeighted = this.#modelDeployment?.['spec']?.traffic?.gatewayAPI !== undefined;
    const route = isWeighted ? this.#route(uid) : undefined;
    const backends = route && everybodysBackends(route, this.#name);
    const names = new Map(pods.map((pod) => [pod.metadata.name, revisionOf(pod)]));
    return {
      apex,
      route: backends,
      acknowledged: isWeighted
        ? route !== undefined && isAcknowledged(route)
        : apex !== undefined && sameNames(live.filter(isReady), endpoints),
      shares: isWeighted ? sharesOf(backends ?? []) : sharesOfPods(apex, live),
      named: [
        ...new Set([
          ...(apex?.kind === 'revision' ? [apex.revision] : live.map(revisionOf)),
          ...endpoints.map((name) => names.get(name) ?? ''),
          ...(route ? namedInRoute(route, this.#name) : []),
        ]),
      ],
    };
  }

  #route(uid: string | undefined): KubernetesObject | undefined {
    return this.#owned(resourceKinds.httpRoute, uid).find(({ metadata }) => metadata.name === this.#name);
  }

  #apex(uid: string | undefined): ApexSelection | undefined {
    const service = this.#owned(resourceKinds.service, uid).find(
      ({ metadata }) => metadata.name === this.#name,
    );
    const selector = service?.['spec'].selector as Record<string, string> | undefined;
    if (!selector) return undefined;
    const revision = selector[labels.revision];
    return revision === undefined ? { kind: 'live' } : { kind: 'revision', revision };
  }

  #apexEndpoints(): string[] {
    const slices = [...this.#server.list(resourceKinds.endpointSlice)];
    return slices
      .filter(({ metadata }) => metadata.labels?.[serviceNameLabel] === this.#name)
      .flatMap(endpointsOf);
  }

  #pods(): KubernetesObject[] {
    return [...this.#server.list(resourceKinds.pod)].filter(
      ({ metadata }) => metadata.labels?.[labels.modelDeployment] === this.#name,
    );
  }

  #owned(
    kind: (typeof resourceKinds)[keyof typeof resourceKinds],
    uid: string | undefined,
  ): KubernetesObject[] {
    return [...this.#server.list(kind)].filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === uid);
  }
}

/** What the controller says of a ModelDeployment is no fact about it, and the most frequent write of all. */
const isStatusOnly = ({ kind, verb, object, previous }: AcceptedWrite): boolean =>
  kind === 'ModelDeployment' &&
  verb !== 'delete' &&
  !object.metadata.deletionTimestamp &&
  object.metadata.uid === previous?.metadata.uid &&
  object['spec'] === previous?.['spec'];

/** The names of the pods that a slice has as ready. */
const endpointsOf = (slice: KubernetesObject): string[] =>
  ((slice['endpoints'] ?? []) as Endpoint[])
    .filter(({ conditions }) => conditions?.ready !== false)
    .map(({ targetRef }) => targetRef?.name ?? '');

const revisionOf = ({ metadata }: KubernetesObject): string => metadata.labels?.[labels.revision] ?? '';

const podsSelected = (apex: ApexSelection, pods: readonly KubernetesObject[]): KubernetesObject[] =>
  pods.filter(
    (pod) =>
      !pod.metadata.deletionTimestamp &&
      (apex.kind === 'live'
        ? pod.metadata.labels?.[labels.live] === 'true'
        : revisionOf(pod) === apex.revision),
  );

const sameNames = (pods: readonly KubernetesObject[], names: readonly string[]): boolean =>
  pods.length === names.length && pods.every(({ metadata }) => names.includes(metadata.name));

/** In percent. */
function sharesOf(parts: readonly Backend[]): Record<string, number> {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const shares: Record<string, number> = {};
  for (const { revision, weight } of parts)
    shares[revision] = (shares[revision] ?? 0) + (total === 0 ? 0 : (100 * weight) / total);
  return shares;
}

function sharesOfPods(
  apex: ApexSelection | undefined,
  live: readonly KubernetesObject[],
): Record<string, number> {
  if (apex?.kind === 'revision') return { [apex.revision]: 100 };
  return sharesOf(live.map((pod) => ({ revision: revisionOf(pod), weight: 1 })));
}
