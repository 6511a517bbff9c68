import type { Cluster, Scope } from '../../kubernetes/cluster.ts';
import type { KubernetesObject, ResourceKind } from '../../kubernetes/resource.ts';
import type { BackoffOptions, Random } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { ReflectorState } from './transition.ts';

/** What the cache keeps of an object. Must keep what `metadata` needs to name it: name, namespace, uid, version. */
export type Transform = (object: KubernetesObject) => KubernetesObject;

/** The default transform: the server's book-keeping of fields is often half of an object, and nobody reads it here. */
export const withoutManagedFields: Transform = (object) => {
  // The object came from the wire for us alone, so that no copy is needed.
  delete object.metadata['managedFields'];
  return object;
};

export interface ReflectorTimings {
  pageSize: number;
  /** A page that takes longer is given up. */
  listTimeoutMs: number;
  /** The server ends a watch after at most this many seconds; up to a fifth less, by chance. */
  watchTimeoutSeconds: number;
  /** A watch that the server should have ended this long ago is given up. */
  watchOvertimeMs: number;
  backoff: BackoffOptions;
  /** Signs of life without failure for this long make the next failure the first one again. */
  healthyMs: number;
  /** How often an optional kind that is not served is looked for. */
  absentRetryMs: number;
}

export const defaultReflectorTimings: ReflectorTimings = {
  pageSize: 500,
  listTimeoutMs: 60_000,
  watchTimeoutSeconds: 290,
  watchOvertimeMs: 15_000,
  backoff: { initialMs: 800, capMs: 30_000, jitter: 0.5 },
  healthyMs: 120_000,
  absentRetryMs: 30_000,
};

export interface ReflectorOptions {
  cluster: Cluster;
  kind: ResourceKind;
  clock: Clock;
  logger: Logger;
  scope?: Scope;
  /** Default: everything but `metadata.managedFields`. */
  transform?: Transform;
  /** The kind may not be installed: then the store is empty and synced, and the kind is looked for now and then. */
  optional?: boolean;
  timings?: Partial<ReflectorTimings>;
  random?: Random;
}

/** What cannot be read at present, and since when. */
export interface ReflectorFailure {
  /** The kind of the `ClusterError`, or `unknown`. */
  kind: string;
  message: string;
  /** Wall-clock time of the first failure in this row, in milliseconds. */
  sinceMs: number;
  attempts: number;
}

/** For metrics and readiness. */
export interface ReflectorStatus {
  kind: string;
  state: ReflectorState['name'];
  hasSynced: boolean;
  /** An optional kind is not served. */
  absent: boolean;
  objects: number;
  /** Wall-clock time of the last sign of life: a page, an event, a bookmark; undefined before the first. */
  lastEventAtMs: number | undefined;
  /**
   * Present while the kind cannot be read. It ends with the next sign of life: on a kind where nothing happens, the
   * server's next bookmark, about a minute after the watch could be resumed.
   */
  failure: ReflectorFailure | undefined;
  lists: number;
  watches: number;
  events: number;
}
