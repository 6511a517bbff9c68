import { keyOf, type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { labels } from '../../api/group.ts';
import { serviceNameLabel } from '../../routers/objects/labels.ts';
import type { SimulatedApiServer } from '../api-server/simulated-api-server.ts';
import {
  hostMatches,
  namedMatch,
  pathMatches,
  type RoutedBackend,
  type RoutedHosts,
  type RoutedMirror,
  type RoutedRule,
  type WeightedRoutedBackend,
} from './route-table.ts';

/** A pod that the data plane sends requests to. */
export interface RoutedEndpoint {
  pod: string;
  revision: string;
  /** Set when nobody answers there although it is listed as ready: it crashed, or it is gone. */
  refuses?: 'model' | 'platform';
}

export interface RoutedRequest {
  path?: string;
  method?: string;
  /** By lower-case name. */
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
}

/** Where a request goes: one of these by their weights, and copies to all mirrors by their percent. */
export interface RoutedTo {
  backends: readonly WeightedRoutedBackend[];
  mirrors: readonly RoutedMirror[];
  /** Set where clients stay with the backend that they met first: whose clients they are. */
  sessions?: string;
}

/**
 * What is routed at this moment: not what the objects say, but what the gateway has taken over of them. Whoever simulates requests
 * reads it.
 */
export class DataPlane {
  readonly #server: SimulatedApiServer;
  readonly #routes = new Map<string, RoutedHosts>();
  readonly #listeners = new Set<() => void>();

  constructor(server: SimulatedApiServer) {
    this.#server = server;
  }

  /** Takes over what was read of a route; undefined for one that is gone. */
  program(routeKey: string, hosts: RoutedHosts | undefined): void {
    if (hosts) this.#routes.set(routeKey, hosts);
    else this.#routes.delete(routeKey);
    for (const listener of this.#listeners) listener();
  }

  /** Told right after what is routed has become something else. Endpoints are no part of it: they change with their objects. */
  onProgrammed(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** All backends that a route names, for live requests or for copies. */
  get backends(): RoutedBackend[] {
    return [...this.#routes.values()].flatMap(({ rules }) =>
      rules.flatMap(({ backends, mirrors }) => [...backends, ...mirrors]),
    );
  }

  /** The rules for a host; of routes that name it more exactly first, then of older ones. */
  rulesOf(host: string): readonly RoutedRule[] {
    return [...this.#routes.values()]
      .map((route) => ({ route, name: bestName(route, host) }))
      .filter(({ name }) => name !== undefined)
      .sort(
        (left, right) =>
          exactness(right.name!) - exactness(left.name!) ||
          compare(left.route.createdAt, right.route.createdAt),
      )
      .flatMap(({ route }) => route.rules);
  }

  /** Where a request to a host goes; undefined when nothing is routed there: the gateway answers 404. */
  backendsOf(
    host: string,
    { path = '/', method = 'GET', headers = {}, query = {} }: RoutedRequest = {},
  ): RoutedTo | undefined {
    const matching = this.rulesOf(host).filter(
      (rule) =>
        pathMatches(rule.path, path) &&
        (rule.method === undefined || rule.method === method) &&
        namedMatch(rule.headers, headers) &&
        namedMatch(rule.queryParams, query),
    );
    return matching.sort(byPrecedence)[0];
  }

  /** The endpoints of a Service that are listed as ready. */
  endpointsOf({
    namespace,
    service,
  }: Pick<RoutedBackend, 'namespace' | 'service'>): readonly RoutedEndpoint[] {
    return this.#listed({ namespace, service }).flatMap(({ conditions, targetRef }) =>
      conditions?.ready === false ? [] : this.#endpoint(namespace, targetRef),
    );
  }

  /** Whether pods of a Service have crashed, and are therefore not listed as ready. */
  hasCrashed({ namespace, service }: Pick<RoutedBackend, 'namespace' | 'service'>): boolean {
    return this.#listed({ namespace, service }).some(({ conditions, targetRef: { name } }) => {
      const pod = this.#server.find(resourceKinds.pod, keyOf({ metadata: { namespace, name } }));
      return conditions?.ready === false && pod !== undefined && hasRestarted(pod);
    });
  }

  #listed({ namespace, service }: Pick<RoutedBackend, 'namespace' | 'service'>): SliceEndpoint[] {
    return [...this.#server.list(resourceKinds.endpointSlice)].flatMap((slice) => {
      const { namespace: its, labels: marks } = slice.metadata;
      const isIts = its === namespace && marks?.[serviceNameLabel] === service;
      return isIts ? ((slice['endpoints'] ?? []) as SliceEndpoint[]) : [];
    });
  }

  #endpoint(namespace: string, { name, uid }: SliceEndpoint['targetRef']): RoutedEndpoint {
    const pod = this.#server.find(resourceKinds.pod, keyOf({ metadata: { namespace, name } }));
    const isThere = pod?.metadata.uid === uid;
    const revision = (isThere && pod?.metadata.labels?.[labels.revision]) || '';
    if (!isThere) return { pod: name, revision, refuses: 'platform' };
    return isRunning(pod!) ? { pod: name, revision } : { pod: name, revision, refuses: 'model' };
  }
}

interface SliceEndpoint {
  conditions?: { ready?: boolean };
  targetRef: { name: string; uid: string };
}

interface ContainerStatus {
  state?: { running?: object };
  restartCount?: number;
}

const containersOf = (pod: KubernetesObject): ContainerStatus[] => pod['status']?.containerStatuses ?? [];

const isRunning = (pod: KubernetesObject): boolean =>
  containersOf(pod).every(({ state }) => state?.running !== undefined);

const hasRestarted = (pod: KubernetesObject): boolean =>
  containersOf(pod).some(({ restartCount = 0 }) => restartCount > 0);

/** The name of a route that a host matches best; `*` for a route of all hosts. */
function bestName({ hostnames }: RoutedHosts, host: string): string | undefined {
  if (hostnames.length === 0) return '*';
  return hostnames
    .filter((hostname) => hostMatches(hostname, host))
    .sort((left, right) => exactness(right) - exactness(left))[0];
}

const exactness = (hostname: string): number =>
  hostname === '*' ? 0 : hostname.startsWith('*.') ? hostname.length : 1000 + hostname.length;

/** The Gateway API's precedence: an exact path, the longest prefix, a method, most headers, most query parameters; then the order of the rules. */
function byPrecedence(left: RoutedRule, right: RoutedRule): number {
  const rank = ({ path }: RoutedRule) => (path.type === 'Exact' ? 2 : path.type === 'PathPrefix' ? 1 : 0);
  return (
    rank(right) - rank(left) ||
    right.path.value.length - left.path.value.length ||
    Number(right.method !== undefined) - Number(left.method !== undefined) ||
    (right.headers?.length ?? 0) - (left.headers?.length ?? 0) ||
    (right.queryParams?.length ?? 0) - (left.queryParams?.length ?? 0)
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
