import {
  Cluster,
  type DeleteOptions,
  type EvictOptions,
  type JsonPatchOperation,
  type ListOptions,
  type ListPage,
  type ObjectName,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from '../../kubernetes/cluster.ts';
import type { KubernetesObject, ResourceKind } from '../../kubernetes/resource.ts';

/** A cluster whose applies go another way; everything else goes through. */
export class PassedOnCluster extends Cluster {
  readonly #cluster: Cluster;
  readonly #other: Pick<Cluster, 'apply'>;

  constructor(cluster: Cluster, other: Pick<Cluster, 'apply'>) {
    super();
    this.#cluster = cluster;
    this.#other = other;
  }

  get(kind: ResourceKind, name: ObjectName, options?: { signal?: AbortSignal }): Promise<KubernetesObject> {
    return this.#cluster.get(kind, name, options);
  }

  list(kind: ResourceKind, options?: ListOptions): Promise<ListPage> {
    return this.#cluster.list(kind, options);
  }

  watch(kind: ResourceKind, options: WatchOptions): AsyncIterable<WatchEvent> {
    return this.#cluster.watch(kind, options);
  }

  create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#cluster.create(object, options);
  }

  apply(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#other.apply(object, options);
  }

  patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    return this.#cluster.patch(kind, name, operations, options);
  }

  replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#cluster.replace(object, options);
  }

  delete(kind: ResourceKind, name: ObjectName, options?: DeleteOptions): Promise<void> {
    return this.#cluster.delete(kind, name, options);
  }

  evict(name: ObjectName, options?: EvictOptions): Promise<void> {
    return this.#cluster.evict(name, options);
  }
}
