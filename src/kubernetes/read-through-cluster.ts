import {
  Cluster,
  type ListOptions,
  type ListPage,
  type LogOptions,
  type ObjectName,
  type WatchEvent,
  type WatchOptions,
} from './cluster.ts';
import type { KubernetesObject, ResourceKind } from './resource.ts';

/**
 * A cluster in front of another one: reads pass. Writes are left abstract, so that whoever has a say in them has one in each, also
 * in one that the port gets later (law 16).
 */
export abstract class ReadThroughCluster extends Cluster {
  protected readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    super();
    this.cluster = cluster;
  }

  get(kind: ResourceKind, name: ObjectName, options?: { signal?: AbortSignal }): Promise<KubernetesObject> {
    return this.cluster.get(kind, name, options);
  }

  list(kind: ResourceKind, options?: ListOptions): Promise<ListPage> {
    return this.cluster.list(kind, options);
  }

  watch(kind: ResourceKind, options: WatchOptions): AsyncIterable<WatchEvent> {
    return this.cluster.watch(kind, options);
  }

  log(pod: ObjectName, options: LogOptions): Promise<string> {
    return this.cluster.log(pod, options);
  }
}
