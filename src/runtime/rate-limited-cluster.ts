import type { Cluster, ObjectName } from '../kubernetes/cluster.ts';
import { OneWayCluster } from '../kubernetes/one-way-cluster.ts';
import type { KubernetesObject, ResourceKind } from '../kubernetes/resource.ts';
import type { RequestLimit } from './request-limit.ts';

/**
 * The cluster as passes use it: each request waits for its turn. Lists and watches pass: they belong to the caches, which have a pace of
 * their own. Assumption: whoever guards leadership stands behind this one, so that it is asked after the wait (law 16). Errors: those of the
 * cluster behind it, and the reason of the request's signal.
 */
export class RateLimitedCluster extends OneWayCluster {
  readonly #limit: RequestLimit;

  constructor(cluster: Cluster, limit: RequestLimit) {
    super(cluster);
    this.#limit = limit;
  }

  override get(
    kind: ResourceKind,
    name: ObjectName,
    options?: { signal?: AbortSignal },
  ): Promise<KubernetesObject> {
    return this.send('get', options?.signal, () => this.cluster.get(kind, name, options));
  }

  protected async send<T>(
    _verb: string,
    signal: AbortSignal | undefined,
    request: () => Promise<T>,
  ): Promise<T> {
    await this.#limit.turn(signal);
    return await request();
  }
}
