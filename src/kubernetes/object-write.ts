import type { JsonPatchOperation, ObjectName } from './cluster.ts';
import type { KubernetesObject, ResourceKind } from './resource.ts';

/**
 * One write to the API server, as data: what pure code wants and `apply` carries out in order. Every write carries the
 * resourceVersion, or a `test`, of the object that was decided on (law 16).
 */
export type ObjectWrite =
  | { verb: 'create'; object: KubernetesObject }
  /** `object.metadata.uid` and `resourceVersion` are the precondition. */
  | { verb: 'apply'; object: KubernetesObject; subresource?: 'status' }
  | { verb: 'patch'; kind: ResourceKind; name: ObjectName; operations: JsonPatchOperation[] }
  /** `evict` is for pods: a deletion that waits for what a PodDisruptionBudget allows. */
  | { verb: 'delete' | 'evict'; kind: ResourceKind; name: ObjectName; uid: string; resourceVersion: string };
