import type { Cluster, ObjectName } from '../kubernetes/cluster.ts';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { KubernetesObject, ResourceKind } from '../kubernetes/resource.ts';

/** What the API server has under this name, past the caches: one object or none, by the right to list alone. */
export async function listNamed(
  cluster: Cluster,
  kind: ResourceKind,
  { namespace, name }: ObjectName,
): Promise<KubernetesObject[]> {
  const { items } = await cluster.list(kind, { namespace, fieldSelector: `metadata.name=${name}` });
  return items;
}

/** A new pass will see it: the cache is behind. */
export const unseenObject = ({ kind }: ResourceKind, key: string): ClusterError =>
  new ClusterError('conflict', `${kind} ${key} is there: the cache does not show it yet`);
