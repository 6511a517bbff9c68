import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { Cluster, ObjectName, Scope } from '../../kubernetes/cluster.ts';
import { keyOf, type KubernetesObject, type ResourceKind } from '../../kubernetes/resource.ts';
import { listAll } from './objects.ts';

export interface FollowOptions {
  /** Ends it, without an error. */
  signal: AbortSignal;
  /** Told when the API server cannot be asked; it is asked again until the signal ends. */
  onTrouble?: (error: ClusterError) => void;
  /** The first and the longest pause between two attempts, in milliseconds. */
  retryMs?: { first: number; longest: number };
}

const watchSeconds = 290;
const defaultRetryMs = { first: 500, longest: 10_000 };

/** What may be better in a moment. Anything else, such as a right that is missing, ends it. */
const passing = ['unreachable', 'throttled', 'serverError', 'expired'] as const;

/**
 * All objects of a scope as they are, and again after each change. What the very first look fails by is thrown; later a failure that
 * may pass is waited out.
 */
export async function* followAll(
  cluster: Cluster,
  kind: ResourceKind,
  scope: Scope,
  { signal, onTrouble, retryMs = defaultRetryMs }: FollowOptions,
): AsyncGenerator<KubernetesObject[]> {
  let pauseMs = retryMs.first;
  let hasSeen = false;
  while (!signal.aborted) {
    try {
      for await (const objects of oneWatch(cluster, kind, scope, signal)) {
        hasSeen = true;
        pauseMs = retryMs.first;
        yield objects;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!hasSeen || !ClusterError.is(error, ...passing)) throw error;
      if (error.kind !== 'expired') onTrouble?.(error);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, retryMs.longest);
    }
  }
}

/** From a list to the end of the watch that follows it. */
async function* oneWatch(
  cluster: Cluster,
  kind: ResourceKind,
  scope: Scope,
  signal: AbortSignal,
): AsyncGenerator<KubernetesObject[]> {
  const { items, resourceVersion } = await listAll(cluster, kind, scope, signal);
  const known = new Map(items.map((item) => [keyOf(item), item]));
  yield [...known.values()];
  const options = { ...scope, resourceVersion, timeoutSeconds: watchSeconds, signal };
  for await (const event of cluster.watch(kind, options)) {
    if (event.type === 'BOOKMARK') continue;
    if (event.type === 'DELETED') known.delete(keyOf(event.object));
    else known.set(keyOf(event.object), event.object);
    yield [...known.values()];
  }
}

/** One object as it is, and again after each change; undefined while it is not there. */
export async function* followOne(
  cluster: Cluster,
  kind: ResourceKind,
  { namespace, name }: ObjectName,
  options: FollowOptions,
): AsyncGenerator<KubernetesObject | undefined> {
  const scope = { namespace, fieldSelector: `metadata.name=${name}` };
  for await (const [object] of followAll(cluster, kind, scope, options)) yield object;
}
