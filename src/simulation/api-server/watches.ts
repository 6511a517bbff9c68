import type { WatchEvent, WatchOptions } from '../../kubernetes/cluster.ts';
import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { ResourceKind } from '../../kubernetes/resource.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ObjectStore, StoredChange } from './object-store.ts';
import { filterOf, type ObjectFilter } from './selectors.ts';
import { WatchStream } from './watch-stream.ts';

/** How often a stream shows that it lives, as an API server's does. */
const bookmarkEveryMs = 60_000;

interface OpenWatch {
  stream: WatchStream;
  isIn: ObjectFilter;
}

/** The open watches of the simulated API server. */
export class Watches {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #open = new Map<string, Set<OpenWatch>>();

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    store.onChange((change) => {
      for (const watch of this.#open.get(change.kind) ?? []) tell(watch, change);
    });
  }

  /** Begins after the version that is asked for; the first `next` throws `expired` when that is forgotten. */
  open(kind: ResourceKind, options: WatchOptions): AsyncIterable<WatchEvent> {
    const stream = new WatchStream();
    const changes = this.#store.changesAfter(kind, Number(options.resourceVersion));
    if (!changes) {
      stream.end(
        new ClusterError('expired', `too old resource version: ${options.resourceVersion}`, { status: 410 }),
      );
      return stream;
    }
    const watch = { stream, isIn: filterOf(options) };
    for (const change of changes) tell(watch, change);
    this.#keep(kind.kind, watch, options);
    return stream;
  }

  /** Ends all streams as a restart of the API server does. */
  endAll(error?: ClusterError): void {
    for (const watches of this.#open.values()) for (const { stream } of [...watches]) stream.end(error);
  }

  get size(): number {
    return [...this.#open.values()].reduce((sum, watches) => sum + watches.size, 0);
  }

  #keep(kind: string, watch: OpenWatch, { signal, timeoutSeconds }: WatchOptions): void {
    const { stream } = watch;
    const watches = this.#open.get(kind) ?? new Set<OpenWatch>();
    this.#open.set(kind, watches.add(watch));
    const endNow = () => stream.end();
    let cancelBookmark = () => {};
    const bookmark = () => {
      stream.push({ type: 'BOOKMARK', resourceVersion: String(this.#store.version) });
      cancelBookmark = this.#clock.after(bookmarkEveryMs, bookmark);
    };
    cancelBookmark = this.#clock.after(bookmarkEveryMs, bookmark);
    const cancelEnd = this.#clock.after(timeoutSeconds * 1000, endNow);
    stream.onEnd(() => {
      watches.delete(watch);
      cancelBookmark();
      cancelEnd();
      signal.removeEventListener('abort', endNow);
    });
    if (signal.aborted) endNow();
    else signal.addEventListener('abort', endNow);
  }
}

/** What a change is for one who sees only a part: what leaves it is deleted, what enters it is new. */
function tell({ stream, isIn }: OpenWatch, { type, object, previous }: StoredChange): void {
  const was = previous !== undefined && isIn(previous);
  const is = type !== 'DELETED' && isIn(object);
  if (is) stream.push({ type: was ? 'MODIFIED' : 'ADDED', object });
  else if (was) stream.push({ type: 'DELETED', object });
}
