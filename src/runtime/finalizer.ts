import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { Cluster, JsonPatchOperation } from '../kubernetes/cluster.ts';
import { keyOf, type KubernetesObject, nameOf, type ResourceKind } from '../kubernetes/resource.ts';

export const isBeingDeleted = (object: KubernetesObject): boolean =>
  object.metadata.deletionTimestamp !== undefined;

export const hasFinalizer = (object: KubernetesObject, finalizer: string): boolean =>
  object.metadata.finalizers?.includes(finalizer) ?? false;

/**
 * Puts the finalizer on, and returns the object as it then is; the same object when it is on already. Throws a
 * `ClusterError` of kind `conflict` when the finalizers are not those that were read.
 */
export async function addFinalizer(
  cluster: Cluster,
  kind: ResourceKind,
  object: KubernetesObject,
  finalizer: string,
  signal?: AbortSignal,
): Promise<KubernetesObject> {
  if (hasFinalizer(object, finalizer)) return object;
  const read = object.metadata.finalizers ?? [];
  // The path of an empty list is absent, and what is absent cannot be tested: then the version pins it.
  const operations: JsonPatchOperation[] =
    read.length > 0
      ? [
          { op: 'test', path: '/metadata/finalizers', value: read },
          { op: 'add', path: '/metadata/finalizers/-', value: finalizer },
        ]
      : [
          { op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
          { op: 'add', path: '/metadata/finalizers', value: [finalizer] },
        ];
  return await cluster.patch(kind, nameOf(keyOf(object)), pinned(object, operations), { signal });
}

/** Takes the finalizer off; nothing to do when it is not on, or when the object is gone. Throws like `addFinalizer`. */
export async function removeFinalizer(
  cluster: Cluster,
  kind: ResourceKind,
  object: KubernetesObject,
  finalizer: string,
  signal?: AbortSignal,
): Promise<void> {
  const read = object.metadata.finalizers ?? [];
  const index = read.indexOf(finalizer);
  if (index < 0) return;
  const operations: JsonPatchOperation[] = [
    { op: 'test', path: '/metadata/finalizers', value: read },
    { op: 'remove', path: `/metadata/finalizers/${index}` },
  ];
  try {
    await cluster.patch(kind, nameOf(keyOf(object)), pinned(object, operations), { signal });
  } catch (error) {
    if (!ClusterError.is(error, 'notFound')) throw error;
  }
}

export interface FinalizerBranches<T> {
  cluster: Cluster;
  kind: ResourceKind;
  /** As it was read for this pass. */
  object: KubernetesObject;
  finalizer: string;
  signal?: AbortSignal;
  /** The object is wanted; it carries the finalizer. */
  apply: (object: KubernetesObject) => Promise<T>;
  /** The object is being deleted: give back and take away what is outside of it. May run more than once. */
  cleanup: (object: KubernetesObject) => Promise<void>;
}

/**
 * Two branches around a finalizer: it is on before anything outside the object is touched, and comes off last.
 *
 * Guarantees: `apply` sees only objects that carry the finalizer and are not being deleted; the finalizer comes off only
 * after `cleanup` has succeeded; an object that is being deleted without our finalizer is left alone. Errors: what the
 * branches throw, and `ClusterError`s (a `conflict` when somebody changed the finalizers meanwhile).
 */
export async function withFinalizer<T>(branches: FinalizerBranches<T>): Promise<T | undefined> {
  const { cluster, kind, object, finalizer, signal, apply, cleanup } = branches;
  if (!isBeingDeleted(object))
    return await apply(await addFinalizer(cluster, kind, object, finalizer, signal));
  if (!hasFinalizer(object, finalizer)) return undefined;
  await cleanup(object);
  await removeFinalizer(cluster, kind, object, finalizer, signal);
  return undefined;
}

/** Only this very object: another one with its name is none of our business. */
const pinned = (object: KubernetesObject, operations: JsonPatchOperation[]): JsonPatchOperation[] => [
  { op: 'test', path: '/metadata/uid', value: object.metadata.uid },
  ...operations,
];
