import { labels } from '../api/group.ts';
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
import { previewName } from '../routers/objects/labels.ts';
import { isOwnedBy } from '../routers/objects/owner-reference.ts';

/** Kinds that have a name which a user may have given to something else. */
const inTheWay: readonly ResourceKind[] = [resourceKinds.service, resourceKinds.httpRoute];

/**
 * Objects that have a name which we need and are not ours, or lost our label. The caches select by it and do not see them:
 * the first sign is that a create finds the name taken. Then they are read, so that a condition can say whose they are; nothing of
 * them is ever written (law 18).
 */
export class ForeignObjects {
  readonly #cluster: Cluster;
  readonly #found = new Map<string, KubernetesObject>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** The Service with this key, as far as it is in the way. */
  service(key: string): KubernetesObject | undefined {
    return this.#found.get(`${resourceKinds.service.plural}/${key}`);
  }

  httpRoute(key: string): KubernetesObject | undefined {
    return this.#found.get(`${resourceKinds.httpRoute.plural}/${key}`);
  }

  /**
   * A create of this object said that the name is taken. Throws a conflict when the one that has it is ours after all: then
   * the cache is behind, or somebody took our label away; a new pass sees either.
   */
  async met(wanted: KubernetesObject): Promise<void> {
    const kind = resourceKindOf(wanted);
    if (!inTheWay.includes(kind)) return;
    const key = keyOf(wanted);
    const owner = wanted.metadata.ownerReferences?.[0];
    const found = await this.#read(kind, key);
    const isOurs = !found || owner === undefined || isOwnedBy(found, owner);
    const { namespace } = wanted.metadata;
    // Only what stands in a fixed place is looked up again.
    const isLookedUp =
      owner !== undefined && placesOf(keyOf({ metadata: { namespace, name: owner.name } })).includes(key);
    if (!isLookedUp || (found && isShownByCache(found, owner))) this.#found.delete(`${kind.plural}/${key}`);
    if (!isOurs) return;
    throw new ClusterError('conflict', `${kind.kind} ${key} is ours: the cache does not show it yet`);
  }

  /**
   * Looks again at what was in the way of the ModelDeployment with this key and uid, so that the way is seen to be free when
   * it is. Says whether something is still in the way.
   */
  async refresh(key: string, uid: string): Promise<boolean> {
    const known = waysOf(key).filter(({ id }) => this.#found.has(id));
    await Promise.all(
      known.map(async ({ kind, place, id }) => {
        const found = await this.#read(kind, place);
        if (found && isShownByCache(found, { uid })) this.#found.delete(id);
      }),
    );
    return known.some(({ id }) => this.#found.has(id));
  }

  forget(key: string): void {
    for (const { id } of waysOf(key)) this.#found.delete(id);
  }

  async #read(kind: ResourceKind, key: string): Promise<KubernetesObject | undefined> {
    const id = `${kind.plural}/${key}`;
    try {
      const found = await this.#cluster.get(kind, nameOf(key));
      this.#found.set(id, found);
      return found;
    } catch (error) {
      if (!ClusterError.is(error, 'notFound')) throw error;
      this.#found.delete(id);
      return undefined;
    }
  }
}

/** The keys of the objects that a ModelDeployment needs by name: what users are served by, and the preview. */
const placesOf = (key: string): string[] => [key, previewName(key)];

const waysOf = (key: string) =>
  placesOf(key).flatMap((place) => inTheWay.map((kind) => ({ kind, place, id: `${kind.plural}/${place}` })));

/** The caches select by our label: one of ours that somebody took it from is read here, and so gets it back. */
const isShownByCache = (found: KubernetesObject, owner: { uid: string }): boolean =>
  isOwnedBy(found, owner) && found.metadata.labels?.[labels.modelDeployment] !== undefined;
