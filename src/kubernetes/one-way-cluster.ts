import type { DeleteOptions, EvictOptions, JsonPatchOperation, ObjectName, WriteOptions } from './cluster.ts';
import { ReadThroughCluster } from './read-through-cluster.ts';
import type { KubernetesObject, ResourceKind } from './resource.ts';

/**
 * A cluster in front of another one whose writes all go one way: reads pass, and `send` decides when each write is sent, if at all. A
 * write that the port gets later has to be added here to compile, so that nobody's `send` is passed by (law 16).
 */
export abstract class OneWayCluster extends ReadThroughCluster {
  /** Sends by calling `request`, at once or later; rejects without calling it where it must not be sent. */
  protected abstract send<T>(
    verb: string,
    signal: AbortSignal | undefined,
    request: () => Promise<T>,
  ): Promise<T>;

  create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.send('create', options?.signal, () => this.cluster.create(object, options));
  }

  apply(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.send('apply', options?.signal, () => this.cluster.apply(object, options));
  }

  patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    return this.send('patch', options?.signal, () => this.cluster.patch(kind, name, operations, options));
  }

  replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.send('replace', options?.signal, () => this.cluster.replace(object, options));
  }

  delete(kind: ResourceKind, name: ObjectName, options?: DeleteOptions): Promise<void> {
    return this.send('delete', options?.signal, () => this.cluster.delete(kind, name, options));
  }

  evict(pod: ObjectName, options?: EvictOptions): Promise<void> {
    return this.send('evict', options?.signal, () => this.cluster.evict(pod, options));
  }
}
