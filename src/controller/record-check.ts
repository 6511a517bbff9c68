import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { isOwnedBy, type Owner } from '../routers/objects/owner-reference.ts';
import { listNamed, unseenObject } from './unseen-object.ts';

/**
 * Law 16 for the one write that has no version to carry: the create of a record. The caches of the kinds come back one after
 * the other after the API server was away, and where the status knows of a running rollout and the cache of the records does
 * not, a second attempt would begin beside the first.
 *
 * Only then is the API server asked; in all other passes this costs nothing.
 */
export class RecordCheck {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Throws a conflict when the record of the rollout that the status calls running is there, and not in `seen`. */
  async requireSeen(
    owner: Owner,
    status: ModelDeploymentStatus | undefined,
    seen: ReadonlyMap<string, KubernetesObject>,
  ): Promise<void> {
    const { rollout } = status ?? {};
    if (!rollout || rollout.outcome !== undefined || seen.has(rollout.name)) return;
    const { modelRollout } = resourceKinds;
    const { namespace } = owner;
    const found = await listNamed(this.#cluster, modelRollout, { namespace, name: rollout.name });
    const isThere = found.some((item) => isOwnedBy(item, owner) && !item.metadata.deletionTimestamp);
    if (isThere) throw unseenObject(modelRollout, `${namespace}/${rollout.name}`);
  }
}
