import type { ObjectWrite } from '../../kubernetes/object-write.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/**
 * An apply that succeeds only on the very object that was decided on (law 16). The uid belongs to it: without one, an apply
 * to an object that is gone would make it anew.
 */
export function applyOn(live: KubernetesObject, desired: KubernetesObject): ObjectWrite {
  const { uid, resourceVersion } = live.metadata;
  return { verb: 'apply', object: { ...desired, metadata: { ...desired.metadata, uid, resourceVersion } } };
}
