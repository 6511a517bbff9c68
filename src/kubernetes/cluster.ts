import type { KubernetesObject, ResourceKind } from './resource.ts';

/** What a list or a watch looks at. Without a namespace it looks at all of them. */
export interface Scope {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface ListOptions extends Scope {
  /** Page size; the server may return fewer. */
  limit?: number;
  /** The token of the page before. */
  continueToken?: string;
  signal?: AbortSignal;
}

export interface ListPage {
  items: KubernetesObject[];
  /** Opaque: to be compared for equality only. */
  resourceVersion: string;
  /** Present when there are more pages. */
  continueToken?: string;
}

export interface WatchOptions extends Scope {
  resourceVersion: string;
  /** The server ends the stream after this many seconds. */
  timeoutSeconds: number;
  signal: AbortSignal;
}

export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubernetesObject }
  | { type: 'BOOKMARK'; resourceVersion: string };

export interface ObjectName {
  namespace: string;
  name: string;
}

export interface WriteOptions {
  /** Write this subresource instead of the object; not for `create`. */
  subresource?: 'status' | 'scale';
  /** Ask the server what it would do, and change nothing. */
  dryRun?: boolean;
  signal?: AbortSignal;
}

export interface DeleteOptions {
  /** Delete only this very object (law 16). */
  uid?: string;
  resourceVersion?: string;
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  signal?: AbortSignal;
}

export interface EvictOptions {
  /** Evict only this very pod, as it was when that was decided (law 16). */
  uid?: string;
  resourceVersion?: string;
  /** Ask whether it would be allowed now, and change nothing. */
  dryRun?: boolean;
  signal?: AbortSignal;
}

export interface LogOptions {
  /** Of a pod with one container it need not be named. */
  container?: string;
  /** At most so many lines, the last ones. */
  tailLines: number;
  /** Of those lines at most so many bytes, the first ones. */
  limitBytes: number;
  signal?: AbortSignal;
}

export type JsonPatchOperation =
  { op: 'test' | 'add' | 'replace'; path: string; value: unknown } | { op: 'remove'; path: string };

/**
 * The API server as a port: the only way by which the controller reads or writes cluster state.
 *
 * Guarantees: objects are untyped JSON as the server sent them (times are strings; the items of a list carry their
 * `apiVersion` and `kind` too), and every failure is a
 * `ClusterError` of one of the kinds in `cluster-error.ts`. Assumptions: the caller passes what it decided on as
 * `metadata.resourceVersion` or as a precondition (law 16). Nothing is retried here: a conflict is answered by a new
 * pass from fresh data, the rest by the backoff of the queue.
 */
export abstract class Cluster {
  abstract get(
    kind: ResourceKind,
    name: ObjectName,
    options?: { signal?: AbortSignal },
  ): Promise<KubernetesObject>;

  abstract list(kind: ResourceKind, options?: ListOptions): Promise<ListPage>;

  /**
   * The stream of changes after a version. Ends normally when the server closes it; throws a `ClusterError` of kind
   * `expired` when the version is too old, and any other kind when the stream breaks. When `signal` is aborted it
   * ends without an error.
   */
  abstract watch(kind: ResourceKind, options: WatchOptions): AsyncIterable<WatchEvent>;

  /**
   * What a container of a pod printed last, as text. Fails with `invalid` while the container has not begun, and with whatever kept the
   * API server from asking the node.
   */
  abstract log(pod: ObjectName, options: LogOptions): Promise<string>;

  /** A plain POST: fails with `alreadyExists` when the object is there. */
  abstract create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;

  /**
   * Server-side apply under field manager `understudy`, forced. With `metadata.resourceVersion` and `metadata.uid` of
   * the object that was decided on it is a `conflict` when that object has changed or gone since. A version without a
   * uid is refused: the API server would create a deleted object anew, whatever the version says.
   */
  abstract apply(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;

  /** A JSON patch; a failed `test` is a `conflict`. */
  abstract patch(
    kind: ResourceKind,
    name: ObjectName,
    operations: JsonPatchOperation[],
    options?: WriteOptions,
  ): Promise<KubernetesObject>;

  /**
   * Replaces the whole object; `metadata.resourceVersion` is the precondition, and `metadata.uid` keeps a deleted
   * object deleted (of some kinds, such as Lease and Service, the API server creates what is not there).
   */
  abstract replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;

  /** Deletes; an object that is already gone is a `notFound`. */
  abstract delete(kind: ResourceKind, name: ObjectName, options?: DeleteOptions): Promise<void>;

  /**
   * Asks a pod to go, as a deletion does, but only if its PodDisruptionBudget allows it: otherwise a `disruptionBudget`, and
   * nothing happens. A pod that is already gone is a `notFound`.
   */
  abstract evict(pod: ObjectName, options?: EvictOptions): Promise<void>;
}
