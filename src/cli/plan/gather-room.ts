import type { Cluster } from '../../kubernetes/cluster.ts';
import { type ResourceKind, resourceKinds } from '../../kubernetes/resource.ts';
import { listAllowed } from '../cluster/objects.ts';
import { nodeRoom, quotaRoom, type Resources } from './capacity.ts';
import type { Room } from './planned.ts';

const quota: ResourceKind = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  namespaced: true,
};
const node: ResourceKind = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

/** Whether there is room for more pods, as far as one may see it. Nothing is asked for where no pod is made. */
export async function gatherRoom(
  cluster: Cluster,
  namespace: string,
  each: Resources,
  more: number,
): Promise<{ room: Pick<Room, 'quotas' | 'nodes'>; unseen: string[] }> {
  if (more === 0) return { room: {}, unseen: [] };
  const [quotas, nodes] = await Promise.all([
    listAllowed(cluster, quota, { namespace }),
    listAllowed(cluster, node, {}),
  ]);
  // All pods are many: they are asked for only where they can be of use.
  const pods = nodes && (await listAllowed(cluster, resourceKinds.pod, {}));
  return {
    room: {
      ...(quotas && { quotas: quotaRoom(quotas, each, more) }),
      ...(nodes && pods && { nodes: nodeRoom(nodes, pods, each) }),
    },
    unseen: [
      ...(quotas ? [] : [`ResourceQuotas of namespace ${namespace}: whether a quota has room is not known`]),
      ...(nodes && pods ? [] : ['nodes and all pods: whether nodes have room is not known']),
    ],
  };
}
