import { ClusterError } from '../../kubernetes/cluster-error.ts';
import {
  Cluster,
  type ListOptions,
  type ListPage,
  type WatchEvent,
  type WatchOptions,
} from '../../kubernetes/cluster.ts';
import { keyOf, type KubernetesObject, type ResourceKind } from '../../kubernetes/resource.ts';
import type { Clock } from '../clock.ts';
import { StrictCluster } from './strict-cluster.ts';

/** How often a stream shows that it lives, as an API server's does. */
const bookmarkEveryMs = 60_000;

interface Stream {
  events: WatchEvent[];
  end: { error?: ClusterError } | undefined;
  wake: () => void;
}

interface Entry {
  version: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubernetesObject;
}

/**
 * The list and watch side of an API server for one kind: pages of one moment, a history that can be compacted, streams
 * that can be closed and broken, requests that can be made to fail. A double for the reflector's tests, no more.
 */
export class VersionedServer {
  readonly kind: ResourceKind = { apiVersion: 'test/v1', kind: 'Thing', plural: 'things', namespaced: true };
  readonly cluster: Cluster = new StrictCluster({
    list: (_kind, options) => this.#list(options ?? {}),
    watch: (_kind, options) => this.#watch(options),
  });
  /** Thrown by the next requests, in turn. */
  readonly failures: ClusterError[] = [];
  /** Called before each page is answered: what happens between two pages. */
  beforePage: () => Promise<void> | void = () => {};
  /** A hung server: streams and pages come to no end and ignore their signal. */
  hangs = false;
  lists = 0;
  listsUnderWay = 0;
  mostListsUnderWay = 0;
  readonly watched: WatchOptions[] = [];
  readonly #clock: Clock;
  #version = 1;
  #compactedTo = 0;
  #uid = 0;
  #objects = new Map<string, KubernetesObject>();
  readonly #history: Entry[] = [];
  readonly #snapshots = new Map<string, KubernetesObject[]>();
  readonly #streams = new Set<Stream>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the server holds, as key -> version. */
  contents(): Record<string, string> {
    return versionsOf(this.#objects.values());
  }

  put(name: string, fields: Record<string, unknown> = {}): KubernetesObject {
    const key = `ns/${name}`;
    const previous = this.#objects.get(key);
    this.#version += 1;
    const object: KubernetesObject = {
      apiVersion: this.kind.apiVersion,
      kind: this.kind.kind,
      ...fields,
      metadata: {
        name,
        namespace: 'ns',
        uid: previous?.metadata.uid ?? `uid-${(this.#uid += 1)}`,
        resourceVersion: `v${this.#version}`,
        managedFields: [{ manager: 'somebody' }],
        ...(fields['metadata'] as object),
      },
    };
    this.#objects.set(key, object);
    this.#record({ version: this.#version, type: previous ? 'MODIFIED' : 'ADDED', object });
    return object;
  }

  remove(name: string): void {
    const previous = this.#objects.get(`ns/${name}`);
    if (!previous) return;
    this.#version += 1;
    this.#objects.delete(`ns/${name}`);
    const metadata = { ...previous.metadata, resourceVersion: `v${this.#version}` };
    this.#record({ version: this.#version, type: 'DELETED', object: { ...previous, metadata } });
  }

  /** Forgets the history: versions before now are too old, also for pages that are still to come. */
  compact(): void {
    this.#compactedTo = this.#version;
    this.#snapshots.clear();
  }

  bookmark(): void {
    for (const stream of this.#streams)
      this.#send(stream, { type: 'BOOKMARK', resourceVersion: `v${this.#version}` });
  }

  /** Ends all streams: normally, or with an error. */
  endWatches(error?: ClusterError): void {
    for (const stream of this.#streams) this.#end(stream, error);
  }

  get openWatches(): number {
    return this.#streams.size;
  }

  async #list(options: ListOptions): Promise<ListPage> {
    if (!options.continueToken) this.lists += 1;
    this.listsUnderWay += 1;
    this.mostListsUnderWay = Math.max(this.mostListsUnderWay, this.listsUnderWay);
    try {
      if (this.hangs) await new Promise(() => {});
      await this.beforePage();
      const failure = this.failures.shift();
      if (failure) throw failure;
      return this.#page(options);
    } finally {
      this.listsUnderWay -= 1;
    }
  }

  #page({ limit = Infinity, continueToken }: ListOptions): ListPage {
    const [resourceVersion, from] = continueToken ? continueToken.split('+') : [`v${this.#version}`, '0'];
    if (!continueToken) this.#snapshots.set(resourceVersion!, [...this.#objects.values()]);
    const snapshot = this.#snapshots.get(resourceVersion!);
    if (!snapshot) throw new ClusterError('expired', 'the continue token is too old', { status: 410 });
    const end = Number(from) + limit;
    return {
      // A copy, as from the wire: the reader may change it.
      items: structuredClone(snapshot.slice(Number(from), end)),
      resourceVersion: resourceVersion!,
      ...(end < snapshot.length && { continueToken: `${resourceVersion}+${end}` }),
    };
  }

  async *#watch(options: WatchOptions): AsyncGenerator<WatchEvent> {
    this.watched.push(options);
    const failure = this.failures.shift();
    if (failure) throw failure;
    const from = Number(options.resourceVersion.slice(1));
    if (from < this.#compactedTo)
      throw new ClusterError('expired', 'too old resource version', { status: 410 });
    const stream: Stream = { events: [], end: undefined, wake: () => {} };
    for (const entry of this.#history) if (entry.version > from) stream.events.push(eventOf(entry));
    this.#streams.add(stream);
    const aborted = () => {
      if (this.hangs) return;
      this.#end(stream, new ClusterError('unreachable', 'aborted'));
    };
    const cancelEnd = this.#clock.after(options.timeoutSeconds * 1000, () => this.hangs || this.#end(stream));
    const cancelBookmark = this.#bookmarkNowAndThen(stream);
    options.signal.addEventListener('abort', aborted);
    try {
      for (;;) {
        const event = stream.events.shift();
        if (event) yield structuredClone(event);
        else if (stream.end?.error) throw stream.end.error;
        else if (stream.end) return;
        else await new Promise<void>((resolve) => (stream.wake = resolve));
      }
    } finally {
      cancelEnd();
      cancelBookmark();
      this.#streams.delete(stream);
      options.signal.removeEventListener('abort', aborted);
    }
  }

  #record(entry: Entry): void {
    this.#history.push(entry);
    for (const stream of this.#streams) this.#send(stream, eventOf(entry));
  }

  #bookmarkNowAndThen(stream: Stream): () => void {
    let cancel = () => {};
    const plan = () => {
      cancel = this.#clock.after(bookmarkEveryMs, () => {
        if (!this.hangs) this.#sendBookmark(stream);
        plan();
      });
    };
    plan();
    return () => cancel();
  }

  #sendBookmark(stream: Stream): void {
    this.#send(stream, { type: 'BOOKMARK', resourceVersion: `v${this.#version}` });
  }

  #end(stream: Stream, error?: ClusterError): void {
    stream.end ??= { error };
    this.#streams.delete(stream);
    stream.wake();
  }

  #send(stream: Stream, event: WatchEvent): void {
    stream.events.push(event);
    stream.wake();
  }
}

const eventOf = ({ type, object }: Entry): WatchEvent => ({ type, object });

/** Objects as key -> `uid version`: what two sides must agree on. */
export const versionsOf = (objects: Iterable<KubernetesObject>): Record<string, string> =>
  Object.fromEntries(
    Array.from(objects, (object) => [
      keyOf(object),
      `${object.metadata.uid} ${object.metadata.resourceVersion}`,
    ]),
  );
