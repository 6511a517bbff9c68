import { isFinished } from '../domain/actions/docket.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { type KubernetesObject, nameOf, resourceKinds } from '../kubernetes/resource.ts';
import { listNamed, unseenObject } from './unseen-object.ts';

/**
 * An action may be seen before what it is about: the caches of the kinds are filled by watches of their own. So before somebody is
 * told that there is no such ModelDeployment, or another one, the API server is asked; in all other passes this costs nothing.
 */
export class TargetCheck {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Throws a conflict when a pending action is about a ModelDeployment that is there, and not the one that the cache shows. */
  async requireSeen(
    key: string,
    seenUid: string | undefined,
    actions: readonly KubernetesObject[],
  ): Promise<void> {
    const others = actions.filter(
      (action) => !isFinished(action['status']) && action['spec']?.target?.uid !== seenUid,
    );
    if (others.length === 0) return;
    const { modelDeployment } = resourceKinds;
    const found = await listNamed(this.#cluster, modelDeployment, nameOf(key));
    const isThere = found.some(({ metadata }) =>
      others.some((action) => action['spec']?.target?.uid === metadata.uid),
    );
    if (isThere) throw unseenObject(modelDeployment, key);
  }
}
