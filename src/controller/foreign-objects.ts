import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import { type KubernetesObject, type ResourceKind, nameOf, resourceKinds } from '../kubernetes/resource.ts';

/**
 * Objects that have a name which we need and are not ours. The caches select by our label and do not see them: the first
 * sign is that a create finds the name taken. Then they are read, so that a condition can say whose they are; nothing of
 * them is ever written (law 18).
 */
export class ForeignObjects {
  readonly #cluster: Cluster;
  readonly #found = new Map<string, KubernetesObject>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  service(key: string): KubernetesObject | undefined {
    return this.#found.get(`${resourceKinds.service.plural}/${key}`);
  }

  httpRoute(key: string): KubernetesObject | undefined {
    return this.#found.get(`${resourceKinds.httpRoute.plural}/${key}`);
  }

  /** A create of this object said that it exists. */
  async met(kind: ResourceKind, key: string): Promise<void> {
    await this.#read(kind, key);
  }

  /** Looks again at what was in the way of a key, so that the way is seen to be free when it is. */
  async refresh(key: string): Promise<boolean> {
    const kinds = [resourceKinds.service, resourceKinds.httpRoute];
    const known = kinds.filter((kind) => this.#found.has(`${kind.plural}/${key}`));
    await Promise.all(known.map((kind) => this.#read(kind, key)));
    return known.length > 0;
  }

  forget(key: string): void {
    this.#found.delete(`${resourceKinds.service.plural}/${key}`);
    this.#found.delete(`${resourceKinds.httpRoute.plural}/${key}`);
  }

  async #read(kind: ResourceKind, key: string): Promise<void> {
    const id = `${kind.plural}/${key}`;
    try {
      this.#found.set(id, await this.#cluster.get(kind, nameOf(key)));
    } catch (error) {
      if (!ClusterError.is(error, 'notFound')) throw error;
      this.#found.delete(id);
    }
  }
}
