import type { KubernetesObject } from '../../kubernetes/resource.ts';

/** A whole status, to be applied to the very version of the object that was decided on (law 16). */
export function statusObject(
  { apiVersion, kind, metadata }: KubernetesObject,
  status: object,
): KubernetesObject {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { apiVersion, kind, metadata: { namespace, name, uid, resourceVersion }, status };
}
