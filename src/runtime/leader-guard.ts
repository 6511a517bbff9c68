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

/** A write was refused because this process does not lead. Nothing was sent. */
export class NotLeaderError extends Error {
  override readonly name = 'NotLeaderError';
  readonly reason = 'NotLeader';

  constructor(verb: string) {
    super(`${verb} was not sent: this process does not lead`);
  }
}

/** Who knows whether this process leads: a `LeaderElection`, or a program that is the only one by its nature. */
export interface Leadership {
  isLeader(): boolean;
}

/**
 * The cluster as the leader may use it: reads pass, and each write asks first (law 16).
 *
 * Guarantee: no write is sent while `isLeader()` is false at that very moment. Errors: `NotLeaderError`, beside those
 * of the cluster behind it. Dry runs ask too: only a leader has a reason for one.
 */
export class LeaderGuardedCluster extends ReadThroughCluster {
  readonly #leadership: Leadership;

  constructor(cluster: Cluster, leadership: Leadership) {
    super(cluster);
    this.#leadership = leadership;
  }

  async create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    this.#demandLeadership('create');
    return await this.cluster.create(object, options);
  }

  async apply(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    this.#demandLeadership('apply');
    return await this.cluster.apply(object, options);
  }

  async patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubernetesObject> {
    this.#demandLeadership('patch');
    return await this.cluster.patch(kind, name, operations, options);
  }

  async replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject> {
    this.#demandLeadership('replace');
    return await this.cluster.replace(object, options);
  }

  async delete(kind: ResourceKind, name: ObjectName, options?: DeleteOptions): Promise<void> {
    this.#demandLeadership('delete');
    await this.cluster.delete(kind, name, options);
  }

  async evict(pod: ObjectName, options?: EvictOptions): Promise<void> {
    this.#demandLeadership('evict');
    await this.cluster.evict(pod, options);
  }

  #demandLeadership(verb: string): void {
    if (!this.#leadership.isLeader()) throw new NotLeaderError(verb);
  }
}
