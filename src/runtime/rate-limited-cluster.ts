import type {
  Cluster,
  DeleteOptions,
  EvictOptions,
  JsonPatchOperation,
  ObjectName,
  WriteOptions,
} from '../kubernetes/cluster.ts';
import { ReadThroughCluster } from '../kubernetes/read-through-cluster.ts';
import type { KubernetesObject, ResourceKind } from '../kubernetes/resource.ts';
import type { RequestLimit } from './request-limit.ts';

/**
 * The cluster as passes use it: each request waits for its turn. Lists and watches pass: they belong to the caches, which have a pace of
 * their own. Assumption: whoever guards leadership stands behind this one, so that it is asked after the wait (law 16). Errors: those of the
 * cluster behind it, and the reason of the request's signal.
 */
export class RateLimitedCluster extends ReadThroughCluster {
  readonly #limit: RequestLimit;

  constructor(cluster: Cluster, limit: RequestLimit) {
    super(cluster);
    this.#limit = limit;
  }

  override async get(
    kind: ResourceKind,
    name: ObjectName,
    options?: { signal?: AbortSignal },
  ): Promise<KubernetesObject> {
    await this.#limit.turn(options?.signal);
    return await this.cluster.get(kind, name, options);
  }

  async create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    await this.#limit.turn(options?.signal);
    return await this.cluster.create(object, options);
  }

  async apply(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    await this.#limit.turn(options?.signal);
    return await this.cluster.apply(object, options);
  }

  async patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    await this.#limit.turn(options?.signal);
    return await this.cluster.patch(kind, name, operations, options);
  }

  async replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    await this.#limit.turn(options?.signal);
    return await this.cluster.replace(object, options);
  }

  async delete(kind: ResourceKind, name: ObjectName, options?: DeleteOptions): Promise<void> {
    await this.#limit.turn(options?.signal);
    await this.cluster.delete(kind, name, options);
  }

  async evict(pod: ObjectName, options?: EvictOptions): Promise<void> {
    await this.#limit.turn(options?.signal);
    await this.cluster.evict(pod, options);
  }
}
