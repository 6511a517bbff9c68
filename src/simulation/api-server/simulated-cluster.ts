import {
  Cluster,
  type DeleteOptions,
  type EvictOptions,
  type JsonPatchOperation,
  type ListOptions,
  type ListPage,
  type LogOptions,
  type ObjectName,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from '../../kubernetes/cluster.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import { keyOf, type KubernetesObject, type ResourceKind, resourceKinds } from '../../kubernetes/resource.ts';
import type { ApiRequests } from './api-requests.ts';
import type { ObjectLists } from './object-lists.ts';
import type { Watches } from './watches.ts';

export interface SimulatedClusterParts {
  requests: ApiRequests;
  lists: ObjectLists;
  watches: Watches;
  absent: ReadonlySet<string>;
  /** What the containers of pods printed, by `namespace/pod/container`. */
  logs: ReadonlyMap<string, string>;
}

interface Cancellable {
  signal?: AbortSignal;
}

/** The `Cluster` port on the simulated API server, for one user. Everything is answered in the moment in which it is asked. */
export class SimulatedCluster extends Cluster {
  readonly #parts: SimulatedClusterParts;

  constructor(parts: SimulatedClusterParts) {
    super();
    this.#parts = parts;
  }

  async get(kind: ResourceKind, name: ObjectName, options?: Cancellable): Promise<KubernetesObject> {
    return this.#requests(options).get(kind, name);
  }

  async list(kind: ResourceKind, options: ListOptions = {}): Promise<ListPage> {
    refuseAborted(options);
    this.#requireInstalled(kind);
    return this.#parts.lists.list(kind, options);
  }

  async *watch(kind: ResourceKind, options: WatchOptions): AsyncGenerator<WatchEvent> {
    this.#requireInstalled(kind);
    yield* this.#parts.watches.open(kind, options);
  }

  async log(pod: ObjectName, options: LogOptions): Promise<string> {
    const { spec, metadata } = this.#requests(options).get(resourceKinds.pod, pod);
    const container = options.container ?? (spec?.containers?.[0]?.name as string);
    const text = this.#parts.logs.get(`${keyOf({ metadata })}/${container}`) ?? '';
    const lines = text.split(/(?<=\n)/).slice(-options.tailLines);
    return Buffer.from(lines.join('')).subarray(0, options.limitBytes).toString('utf8');
  }

  async create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#requests(options).create(object, options);
  }

  async apply(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    const { resourceVersion, uid, name } = object.metadata;
    if (resourceVersion && !uid) {
      throw new ClusterError(
        'invalid',
        `apply ${name}: metadata.resourceVersion needs metadata.uid beside it`,
      );
    }
    return this.#requests(options).apply(object, options);
  }

  async patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    return this.#requests(options).patch(kind, name, operations, options);
  }

  async replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#requests(options).replace(object, options);
  }

  async delete(kind: ResourceKind, name: ObjectName, options?: DeleteOptions): Promise<void> {
    this.#requests(options).delete(kind, name, options);
  }

  async evict(pod: ObjectName, options?: EvictOptions): Promise<void> {
    this.#requests(options).evict(pod, options);
  }

  #requests(options: Cancellable | undefined): ApiRequests {
    refuseAborted(options);
    return this.#parts.requests;
  }

  #requireInstalled({ kind, plural }: ResourceKind): void {
    if (!this.#parts.absent.has(kind)) return;
    throw new ClusterError('notFound', `the server could not find the requested resource ${plural}`, {
      status: 404,
    });
  }
}

/** A request that was given up before it was sent never arrives. */
function refuseAborted(options: Cancellable | undefined): void {
  if (options?.signal?.aborted) throw new ClusterError('unreachable', 'the request was aborted');
}
