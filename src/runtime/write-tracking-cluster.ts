import type {
  Cluster,
  DeleteOptions,
  EvictOptions,
  JsonPatchOperation,
  ObjectName,
  WriteOptions,
} from '../kubernetes/cluster.ts';
import { ReadThroughCluster } from '../kubernetes/read-through-cluster.ts';
import { type KubernetesObject, type ResourceKind, resourceKinds } from '../kubernetes/resource.ts';
import type { WriteTracker } from './write-tracker.ts';

/**
 * The cluster with every write noted in a `WriteTracker`.
 *
 * Guarantee: when a write has been answered, its object counts as stale until the cache has it. Dry runs and the scale
 * subresource (whose answer is no object of the kind) are not noted. Errors: those of the cluster behind it.
 */
export class WriteTrackingCluster extends ReadThroughCluster {
  readonly #tracker: WriteTracker;

  constructor(cluster: Cluster, tracker: WriteTracker) {
    super(cluster);
    this.#tracker = tracker;
  }

  async create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#note(object, await this.cluster.create(object, options), options);
  }

  async apply(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#note(object, await this.cluster.apply(object, options), options);
  }

  async patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    return this.#note(kind, await this.cluster.patch(kind, name, operations, options), options);
  }

  async replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    return this.#note(object, await this.cluster.replace(object, options), options);
  }

  async delete(kind: ResourceKind, name: ObjectName, options?: DeleteOptions): Promise<void> {
    await this.cluster.delete(kind, name, options);
    this.#noteGone(kind, name, options?.uid);
  }

  async evict(pod: ObjectName, options?: EvictOptions): Promise<void> {
    await this.cluster.evict(pod, options);
    if (!options?.dryRun) this.#noteGone(resourceKinds.pod, pod, options?.uid);
  }

  #noteGone(kind: ResourceKind, name: ObjectName, uid: string | undefined): void {
    this.#tracker.deleted(kind, {
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: { ...(name.namespace && { namespace: name.namespace }), name: name.name, uid },
    });
  }

  #note(
    kind: Pick<ResourceKind, 'apiVersion' | 'kind'>,
    answer: KubernetesObject,
    options: WriteOptions | undefined,
  ): KubernetesObject {
    if (!options?.dryRun && options?.subresource !== 'scale') this.#tracker.wrote(kind, answer);
    return answer;
  }
}
