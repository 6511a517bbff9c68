import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import type { KubernetesObject, ResourceKind } from '../../kubernetes/resource.ts';
import { isOwnedBy, type Owner } from './owner-reference.ts';

/** Only what is ours (law 18), and only the very object that was decided on (law 16). */
export function deletionOf(
  owner: Pick<Owner, 'uid'>,
  kind: ResourceKind,
  live: KubernetesObject | undefined,
): ObjectWrite[] {
  if (!live || live.metadata.deletionTimestamp !== undefined || !isOwnedBy(live, owner)) return [];
  const { namespace = '', name, uid = '', resourceVersion = '' } = live.metadata;
  return [{ verb: 'delete', kind, name: { namespace, name }, uid, resourceVersion }];
}
