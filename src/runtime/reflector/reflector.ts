import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { WatchEvent } from '../../kubernetes/cluster.ts';
import { keyOf, type KubernetesObject, type ResourceKind } from '../../kubernetes/resource.ts';
import { TimeLimitError, untilAborted, withTimeLimit } from '../abortable.ts';
import { Backoff, type Random } from '../backoff.ts';
import { errorMessage } from '../logger.ts';
import {
  defaultReflectorTimings,
  type ReflectorFailure,
  type ReflectorOptions,
  type ReflectorStatus,
  type ReflectorTimings,
  withoutManagedFields,
} from './reflector-options.ts';
import { type Change, type IndexFunction, Store, type StoreReader } from './store.ts';
import { emptyState, type ReflectorInput, type ReflectorState, transition } from './transition.ts';

export type ChangeHandler = (change: Change) => void;
/** Told that a list was swapped in, and when (monotonic) its first page was asked for. */
export type RelistListener = (listStartedAtMs: number) => void;

/** A watch that ends sooner than this and brought nothing is a broken one: resuming at once would be a storm. */
const shortestGoodWatchMs = 1000;

/**
 * Keeps a copy of one kind, and tells what changes in it.
 *
 * Flow: list in pages -> swap the store's contents -> watch from the list's version, again and again -> list anew
 * when the version is too old. `transition.ts` says what follows from what; this is the I/O, the waiting and the
 * reporting around it.
 *
 * Guarantees: it never ends by itself, whatever the server does, and never has two requests under way. While it
 * lists or waits the old contents serve. Whatever becomes different in the store is told to every handler, once and in
 * order; after a gap only the difference is told. `hasSynced` becomes true with the first complete list and stays so.
 * A watch that the server closes is resumed at once; after failures it waits, longer each time, at least as long as
 * `Retry-After` says. After `stop()` has resolved nothing is emitted.
 *
 * Assumptions: handlers are quick (they enqueue a key); while one works the stream waits. Errors: none come out.
 * Handlers, transforms and index functions that throw are logged and harm nothing else (law 17); failures of the
 * server are in `status()`, and logged when they begin, change and end.
 */
export class Reflector {
  readonly kind: ResourceKind;
  readonly #options: ReflectorOptions;
  readonly #timings: ReflectorTimings;
  readonly #random: Random;
  readonly #backoff: Backoff;
  readonly #store: Store;
  readonly #handlers = new Set<ChangeHandler>();
  readonly #relistListeners = new Set<RelistListener>();
  readonly #syncWaiters: (() => void)[] = [];
  readonly #stopping = new AbortController();
  #state: ReflectorState = emptyState;
  #running: Promise<void> | undefined;
  #absent = false;
  #failure: ReflectorFailure | undefined;
  #listStartedAtMs = 0;
  #lastEventAtMs: number | undefined;
  /** The first and the last sign of life since the last failure, monotonic. */
  #alive: { firstMs: number; lastMs: number } | undefined;
  #lists = 0;
  #watches = 0;
  #events = 0;

  constructor(options: ReflectorOptions) {
    this.kind = options.kind;
    this.#options = options;
    this.#timings = { ...defaultReflectorTimings, ...options.timings };
    this.#random = options.random ?? Math.random;
    this.#backoff = new Backoff(this.#timings.backoff, this.#random);
    this.#store = new Store((index, key, error) => this.#logFault(`index ${index}`, key, error));
  }

  get store(): StoreReader {
    return this.#store;
  }

  get hasSynced(): boolean {
    return this.#store.hasSynced;
  }

  addIndex(name: string, keysOf: IndexFunction): void {
    this.#store.addIndex(name, keysOf);
  }

  /** Tells `handler` what is there already, as additions, and then every change; the returned function ends it. */
  addHandler(handler: ChangeHandler): () => void {
    this.#handlers.add(handler);
    for (const object of this.#store.list()) this.#tell(handler, { type: 'add', key: keyOf(object), object });
    return () => this.#handlers.delete(handler);
  }

  onRelist(listener: RelistListener): void {
    this.#relistListeners.add(listener);
  }

  /** Resolves when the first list is complete; never, when that never happens: bound it with the caller's deadline. */
  whenSynced(): Promise<void> {
    return this.hasSynced ? Promise.resolve() : new Promise((resolve) => this.#syncWaiters.push(resolve));
  }

  start(): void {
    if (this.#running) throw new Error(`the reflector of ${this.kind.kind} was started before`);
    this.#running = this.#run();
  }

  /** Ends list, watch or wait, and resolves when that has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  status(): ReflectorStatus {
    return {
      kind: this.kind.kind,
      state: this.#state.name,
      hasSynced: this.hasSynced,
      absent: this.#absent,
      objects: this.#store.size,
      lastEventAtMs: this.#lastEventAtMs,
      failure: this.#failure && { ...this.#failure },
      lists: this.#lists,
      watches: this.#watches,
      events: this.#events,
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let waitMs: number;
      try {
        if (this.#state.name === 'Empty' || this.#state.name === 'Listing')
          waitMs = await this.#list(this.#state);
        else waitMs = await this.#watch(this.#state.resourceVersion);
      } catch (error) {
        // Reached only by a fault of the program: starting over is the one thing that is always right.
        this.#state = emptyState;
        this.#options.logger.error(`the reflector of ${this.kind.kind} starts over`, { error });
        waitMs = this.#failed(error);
      }
      if (waitMs > 0 && !signal.aborted) await this.#options.clock.sleep(waitMs, signal);
    }
  }

  /** Reads one page; returns how long to wait before the next step. */
  async #list(state: ReflectorState & { name: 'Empty' | 'Listing' }): Promise<number> {
    const { cluster, clock, scope, optional } = this.#options;
    if (state.name === 'Empty') {
      this.#lists += 1;
      this.#listStartedAtMs = clock.monotonic();
    }
    const continueToken = state.name === 'Listing' ? state.continueToken : undefined;
    const limit = this.#timings.pageSize;
    const read = (signal: AbortSignal) =>
      cluster.list(this.kind, { ...scope, limit, ...(continueToken && { continueToken }), signal });
    try {
      const page = await withTimeLimit(
        'the list',
        this.#timings.listTimeoutMs,
        clock,
        this.#stopping.signal,
        read,
      );
      if (this.#stopping.signal.aborted) return 0;
      this.#absent = false;
      this.#signOfLife();
      this.#advance({ type: 'page', page });
      return 0;
    } catch (error) {
      if (this.#stopping.signal.aborted) return 0;
      if (optional && ClusterError.is(error, 'notFound')) return this.#notInstalled();
      this.#advance({ type: 'listFailed' });
      return this.#failed(error);
    }
  }

  #notInstalled(): number {
    if (!this.#absent)
      this.#options.logger.info(`${this.kind.kind} is not installed; it is looked for now and then`);
    this.#absent = true;
    this.#signOfLife();
    this.#advance({ type: 'absent' });
    return this.#timings.absentRetryMs;
  }

  /** Watches until the stream ends; returns how long to wait before the next step. */
  async #watch(resourceVersion: string): Promise<number> {
    const { cluster, clock, scope } = this.#options;
    const timeoutSeconds = Math.ceil(this.#timings.watchTimeoutSeconds * (1 - 0.2 * this.#random()));
    const limitMs = timeoutSeconds * 1000 + this.#timings.watchOvertimeMs;
    const startedMs = clock.monotonic();
    let seen = 0;
    this.#watches += 1;
    this.#advance({ type: 'watchOpened' });
    const read = async (signal: AbortSignal) => {
      const stream = cluster.watch(this.kind, { ...scope, resourceVersion, timeoutSeconds, signal });
      for await (const event of untilStreamAborted(stream, signal)) {
        // An event that was under way when the watch was given up belongs to the next watch, which repeats it.
        if (signal.aborted) return;
        seen += 1;
        this.#signOfLife();
        this.#advance({ type: 'watchEvent', event });
      }
    };
    try {
      await withTimeLimit('the watch', limitMs, clock, this.#stopping.signal, read);
    } catch (error) {
      if (this.#stopping.signal.aborted) return 0;
      // The kind was taken away, or the version is too old: what is known cannot be continued.
      const expired = ClusterError.is(error, 'expired', 'notFound');
      this.#advance({ type: expired ? 'watchExpired' : 'watchEnded' });
      if (error instanceof TimeLimitError) {
        this.#options.logger.warn(`the watch of ${this.kind.kind} went silent and is resumed`, { limitMs });
        return 0;
      }
      // A version that grew old while it was watched needs a list at once; one that was too old from the start would
      // make a storm of lists.
      if (ClusterError.is(error, 'expired') && seen > 0) return 0;
      return this.#failed(error);
    }
    if (this.#stopping.signal.aborted) return 0;
    this.#advance({ type: 'watchEnded' });
    if (seen === 0 && clock.monotonic() - startedMs < shortestGoodWatchMs) {
      return this.#failed(new ClusterError('unreachable', 'the server closed the watch at once'));
    }
    this.#signOfLife();
    return 0;
  }

  #advance(input: ReflectorInput): void {
    const next = transition(this.#state, this.#lean(input));
    this.#state = next.state;
    for (const event of next.events) {
      const changes = this.#store.handle(event);
      this.#events += changes.length;
      for (const change of changes) for (const handler of this.#handlers) this.#tell(handler, change);
      if (event.type === 'InitDone') this.#swapped();
    }
  }

  #swapped(): void {
    for (const listener of this.#relistListeners) listener(this.#listStartedAtMs);
    for (const resolve of this.#syncWaiters.splice(0)) resolve();
  }

  /** The input with objects as the cache keeps them. */
  #lean(input: ReflectorInput): ReflectorInput {
    if (input.type === 'page')
      return { type: 'page', page: { ...input.page, items: input.page.items.map(this.#keep) } };
    if (input.type !== 'watchEvent' || input.event.type === 'BOOKMARK') return input;
    return { type: 'watchEvent', event: { type: input.event.type, object: this.#keep(input.event.object) } };
  }

  readonly #keep = (object: KubernetesObject): KubernetesObject => {
    try {
      return (this.#options.transform ?? withoutManagedFields)(object);
    } catch (error) {
      this.#logFault('the transform', keyOf(object), error);
      return object;
    }
  };

  #tell(handler: ChangeHandler, change: Change): void {
    if (this.#stopping.signal.aborted) return;
    try {
      const result: unknown = handler(change);
      // A handler that turned out to be async must not become an unhandled rejection, which would end the process.
      if (result instanceof Promise) result.catch((error) => this.#logFault('a handler', change.key, error));
    } catch (error) {
      this.#logFault('a handler', change.key, error);
    }
  }

  #logFault(who: string, key: string, error: unknown): void {
    this.#options.logger.error(`${who} of ${this.kind.kind} threw: ${errorMessage(error)}`, { key, error });
  }

  #signOfLife(): void {
    const nowMs = this.#options.clock.monotonic();
    this.#alive = { firstMs: this.#alive?.firstMs ?? nowMs, lastMs: nowMs };
    this.#lastEventAtMs = this.#options.clock.now();
    if (!this.#failure) return;
    this.#options.logger.info(`${this.kind.kind} can be read again`, { attempts: this.#failure.attempts });
    this.#failure = undefined;
  }

  /** Notes a failure and returns how long to wait after it. */
  #failed(error: unknown): number {
    if (this.#alive && this.#alive.lastMs - this.#alive.firstMs >= this.#timings.healthyMs)
      this.#backoff.reset();
    this.#alive = undefined;
    const kind = failureKind(error);
    const message = errorMessage(error);
    const retryAfterMs = error instanceof ClusterError ? (error.retryAfterMs ?? 0) : 0;
    const waitMs = Math.max(this.#backoff.next(), retryAfterMs);
    const fields = { failure: kind, waitMs, error: message };
    if (this.#failure?.kind === kind) this.#options.logger.debug(`${this.kind.kind} cannot be read`, fields);
    else this.#options.logger.warn(`${this.kind.kind} cannot be read: ${message}`, fields);
    this.#failure = {
      kind,
      message,
      sinceMs: this.#failure?.sinceMs ?? this.#options.clock.now(),
      attempts: (this.#failure?.attempts ?? 0) + 1,
    };
    return waitMs;
  }
}

function failureKind(error: unknown): string {
  if (error instanceof ClusterError) return error.kind;
  return error instanceof TimeLimitError ? 'unreachable' : 'unknown';
}

/** The events of a stream until `signal` is aborted, also when the stream does not listen to the signal. */
async function* untilStreamAborted(
  stream: AsyncIterable<WatchEvent>,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await untilAborted(iterator.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a stream that does not listen to its signal may not listen to this either.
    iterator.return?.().catch(() => {});
  }
}
