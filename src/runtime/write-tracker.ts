import { keyOf, type KubernetesObject, type ResourceKind } from '../kubernetes/resource.ts';
import type { Clock } from './clock.ts';
import type { RelistListener } from './reflector/reflector.ts';
import type { Change, StoreReader } from './reflector/store.ts';

/** Where the cache of a kind and its changes come from: a `Reflector`. */
export interface CacheSource {
  readonly kind: ResourceKind;
  readonly store: StoreReader;
  addHandler(handler: (change: Change) => void): unknown;
  onRelist(listener: RelistListener): void;
}

interface Write {
  /** When the write was answered, monotonic. */
  atMs: number;
  uid: string | undefined;
  /** The version that the write made; undefined for a deletion. */
  resourceVersion: string | undefined;
}

interface TrackedKind {
  source: CacheSource;
  writes: Map<string, Write>;
  /** The versions that the cache saw last: the watch may be faster than the answer to the write. */
  seen: Set<string>;
  waiters: Set<() => void>;
}

/** How many versions per kind are remembered. One that was pushed out costs a bounded wait and a live read, no more. */
const seenLimit = 1024;

/**
 * Protects a pass from acting on a cache that is older than the controller's own last write.
 *
 * Flow: each write is noted with the version that the server returned -> a pass asks `staleSince` for what it is about
 * to read -> waits with `whenFresh`, as long as it likes -> and reads live from the server when that was not enough.
 *
 * Guarantees: an object counts as stale from the answer to a write of ours until the cache has held that very version,
 * or a list that was begun after the write, or (after a deletion of ours) shows it gone or going. Versions are compared
 * for equality only. What the watch showed before the answer came is not waited for. Nothing grows: what the cache has
 * seen is dropped.
 *
 * Assumptions: writes of one key are noted in the order in which they were made (the queue sees to that: one pass a
 * key). What is written lies within the scope of its cache. Kinds without a connected cache are never stale. Errors:
 * none.
 */
export class WriteTracker {
  readonly #clock: Clock;
  readonly #kinds = new Map<string, TrackedKind>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on the writes of this kind are measured by this cache. Call it before the reflector starts. */
  connect(source: CacheSource): void {
    const tracked: TrackedKind = { source, writes: new Map(), seen: new Set(), waiters: new Set() };
    this.#kinds.set(nameOfKind(source.kind), tracked);
    source.addHandler((change) => this.observe(source.kind, change));
    source.onRelist((listStartedAtMs) => this.relisted(source.kind, listStartedAtMs));
  }

  /** A write was answered with this object. */
  wrote(kind: Pick<ResourceKind, 'apiVersion' | 'kind'>, object: KubernetesObject): void {
    const tracked = this.#kinds.get(nameOfKind(kind));
    const { uid, resourceVersion } = object.metadata;
    if (!tracked || resourceVersion === undefined) return;
    const key = keyOf(object);
    if (tracked.seen.has(versionName(key, resourceVersion))) tracked.writes.delete(key);
    else tracked.writes.set(key, { atMs: this.#clock.monotonic(), uid, resourceVersion });
  }

  /** A deletion of this object was answered. Without a uid nobody could tell it from its successor: not noted. */
  deleted(kind: Pick<ResourceKind, 'apiVersion' | 'kind'>, object: KubernetesObject): void {
    const { uid } = object.metadata;
    if (uid === undefined) return;
    const write: Write = { atMs: this.#clock.monotonic(), uid, resourceVersion: undefined };
    this.#kinds.get(nameOfKind(kind))?.writes.set(keyOf(object), write);
  }

  /** The cache changed. */
  observe(kind: Pick<ResourceKind, 'apiVersion' | 'kind'>, change: Change): void {
    const tracked = this.#kinds.get(nameOfKind(kind));
    if (!tracked) return;
    const { uid, resourceVersion } = change.object.metadata;
    if (resourceVersion !== undefined) remember(tracked.seen, versionName(change.key, resourceVersion));
    const write = tracked.writes.get(change.key);
    if (!write) return;
    // Gone is newer than any write to it.
    const isGone = change.type === 'delete' && write.uid === uid;
    if (isGone || this.#isSeen(write, change.object)) this.#settle(tracked, change.key);
  }

  /** The whole cache was listed anew, by a list that was begun at that (monotonic) time. */
  relisted(kind: Pick<ResourceKind, 'apiVersion' | 'kind'>, listStartedAtMs: number): void {
    const tracked = this.#kinds.get(nameOfKind(kind));
    if (!tracked) return;
    // A list that was begun before the answer came may be older than the write.
    for (const [key, write] of tracked.writes) if (write.atMs <= listStartedAtMs) this.#settle(tracked, key);
  }

  /** Since when (monotonic) the cache is older than our last write of this object; undefined when it is not. */
  staleSince(kind: Pick<ResourceKind, 'apiVersion' | 'kind'>, key: string): number | undefined {
    const tracked = this.#kinds.get(nameOfKind(kind));
    const write = tracked?.writes.get(key);
    if (!tracked || !write) return undefined;
    // An apply that changed nothing returns the version that is there already: no event will come.
    const cached = tracked.source.store.get(key);
    if (cached ? this.#isSeen(write, cached) : write.resourceVersion === undefined) {
      this.#settle(tracked, key);
      return undefined;
    }
    return write.atMs;
  }

  /** Waits until none of these is stale, at most `limitMs`; says whether that is so. When it is not, read live. */
  async whenFresh(
    objects: readonly { kind: ResourceKind; key: string }[],
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const isFresh = () => objects.every(({ kind, key }) => this.staleSince(kind, key) === undefined);
    if (isFresh()) return true;
    const over = new AbortController();
    const check = () => {
      if (isFresh()) over.abort();
    };
    const stop = () => over.abort();
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    const waiters = new Set(objects.map(({ kind }) => this.#kinds.get(nameOfKind(kind))?.waiters));
    for (const set of waiters) set?.add(check);
    await this.#clock.sleep(limitMs, over.signal);
    for (const set of waiters) set?.delete(check);
    signal?.removeEventListener('abort', stop);
    return isFresh();
  }

  /** How many objects are stale, for metrics. */
  get pending(): number {
    let count = 0;
    for (const { writes } of this.#kinds.values()) count += writes.size;
    return count;
  }

  #isSeen(write: Write, object: KubernetesObject): boolean {
    if (write.resourceVersion !== undefined) return write.resourceVersion === object.metadata.resourceVersion;
    return object.metadata.uid !== write.uid || object.metadata.deletionTimestamp !== undefined;
  }

  #settle(tracked: TrackedKind, key: string): void {
    tracked.writes.delete(key);
    for (const check of [...tracked.waiters]) check();
  }
}

const nameOfKind = ({ apiVersion, kind }: { apiVersion: string; kind: string }): string =>
  `${apiVersion}/${kind}`;

const versionName = (key: string, resourceVersion: string): string => `${key}@${resourceVersion}`;

function remember(seen: Set<string>, name: string): void {
  seen.add(name);
  if (seen.size <= seenLimit) return;
  for (const oldest of seen) {
    seen.delete(oldest);
    return;
  }
}
