import type { Cluster } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import {
  type KubernetesObject,
  type ResourceKind,
  keyOf,
  nameOf,
  resourceKindOf,
  resourceKinds,
} from '../kubernetes/resource.ts';
import { isOwnedBy } from '../routers/objects/owner-reference.ts';

/** Kinds that have a name which a user may have given to something else. */
const inTheWay: readonly ResourceKind[] = [resourceKinds.service, resourceKinds.httpRoute];

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

  /**
   * A create of this object said that the name is taken. Throws a conflict when the one that has it is ours after all: then
   * only the cache is behind, and a new pass sees it.
   */
  async met(wanted: KubernetesObject): Promise<void> {
    const kind = resourceKindOf(wanted);
    if (!inTheWay.includes(kind)) return;
    const key = keyOf(wanted);
    await this.#read(kind, key);
    const found = this.#found.get(`${kind.plural}/${key}`);
    const owner = wanted.metadata.ownerReferences?.[0]?.uid;
    if (found && owner !== undefined && !isOwnedBy(found, { uid: owner })) return;
    this.#found.delete(`${kind.plural}/${key}`);
    throw new ClusterError(
      'conflict',
      `${kind.kind} ${key} was just created: the cache does not show it yet`,
    );
  }

  /** Looks again at what was in the way of a key, so that the way is seen to be free when it is. */
  async refresh(key: string): Promise<boolean> {
    const known = inTheWay.filter((kind) => this.#found.has(`${kind.plural}/${key}`));
    await Promise.all(known.map((kind) => this.#read(kind, key)));
    return known.length > 0;
  }

  forget(key: string): void {
    for (const kind of inTheWay) this.#found.delete(`${kind.plural}/${key}`);
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
