import { labels } from '../../api/group.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import type { RolloutAction } from '../../api/rollout-action.ts';
import type { Cluster, ObjectName } from '../../kubernetes/cluster.ts';
import { resourceKinds } from '../../kubernetes/resource.ts';
import { isOpen, type ModelPicture, newestFirst, podOf, revisionOf } from '../../presentation/picture.ts';
import { getModel, listAllowed } from './objects.ts';

/** Reads all of it at once. Kinds that one may not list are left out; the ModelDeployment itself must be readable. */
export async function gatherModel(cluster: Cluster, name: ObjectName): Promise<ModelPicture> {
  const model = await getModel(cluster, name);
  return { model, ...(await gatherAround(cluster, name)) };
}

/** What belongs to a ModelDeployment. */
export async function gatherAround(
  cluster: Cluster,
  { namespace, name }: ObjectName,
): Promise<Omit<ModelPicture, 'model'>> {
  const owned = { namespace, labelSelector: `${labels.modelDeployment}=${name}` };
  const [rollouts, actions, deployments, pods] = await Promise.all([
    listAllowed(cluster, resourceKinds.modelRollout, owned),
    listAllowed(cluster, resourceKinds.rolloutAction, { namespace }),
    listAllowed(cluster, resourceKinds.deployment, owned),
    listAllowed(cluster, resourceKinds.pod, owned),
  ]);
  return {
    rollouts: newestFirst((rollouts ?? []) as unknown as ModelRollout[]),
    openActions: ((actions ?? []) as unknown as RolloutAction[]).filter(
      (action) => action.spec.target.name === name && isOpen(action),
    ),
    revisions: deployments?.map(revisionOf).filter((one) => one !== undefined),
    pods: pods?.map(podOf).sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}
