import { backoffDelayMs, type BackoffOptions, checkBackoffOptions, type Random } from './backoff.ts';
import type { Clock } from './clock.ts';
import { FairLanes, type Lane, lanes } from './fair-lanes.ts';
import { InvalidOptionError } from './invalid-option-error.ts';
import { TokenBucket, type TokenBucketOptions } from './token-bucket.ts';

/** Told what happens in a queue, for metrics. Assumption: its methods do not throw. */
export interface WorkQueueObserver {
  /** A key was appended: it is now waiting, or will be when its run ends. */
  added?(): void;
  /** The number of waiting keys changed. */
  depth?(depth: number): void;
  /** A key was taken after waiting this long. */
  latency?(latencyMs: number): void;
  /** A key was done after being worked on for this long. */
  workDuration?(durationMs: number): void;
  /** A key was added with its backoff. */
  retried?(): void;
}

export interface WorkQueueOptions {
  clock: Clock;
  /** Per key; 5 ms doubling to a minute: a rollback may wait behind it. */
  backoff?: BackoffOptions;
  /** Over all keys; 10 a second with a burst of 100. */
  bucket?: TokenBucketOptions;
  random?: Random;
  observer?: WorkQueueObserver;
  /** How urgent a key is, when nobody says so who adds it. Default: `normal`. */
  laneOf?: (key: string) => Lane;
}

export interface WorkQueueFigures {
  /** Keys that wait to be taken. */
  depth: number;
  /** Keys that wait for their time. */
  delayed: number;
  /** Keys that are being worked on. */
  processing: number;
  /** Keys that have failed and not succeeded since. */
  failing: number;
  adds: number;
  retries: number;
  /** How long the key that has waited for the longest has done so; grows without bound only when no worker lives (liveness). */
  oldestWaitingMs: number;
  /** The sum of the ages of all work under way. */
  unfinishedWorkMs: number;
  longestRunningMs: number;
}

export const defaultQueueBackoff: BackoffOptions = { initialMs: 5, capMs: 60_000, jitter: 0.5 };
export const defaultQueueBucket: TokenBucketOptions = { perSecond: 10, burst: 100 };

interface Waiting {
  /** When it was asked for. */
  addedMs: number;
  /** When it was appended: later than asked for, when the key was being worked on. */
  appendedMs: number;
}

interface Delayed {
  dueMs: number;
  cancel: () => void;
}

/**
 * The queue of keys between watches and workers.
 *
 * Flow: `add` (now), `addAfter` (later) or `addRateLimited` (after a failure) -> `take` -> work -> `forget` when it
 * succeeded -> `done`, always.
 *
 * Guarantees: a key is never handed out twice at once. Any number of adds while it waits are one; any number while it
 * is being worked on cause exactly one more run. Nobody who added a key is forgotten: after the add there is a take of
 * that key. Keys of one namespace that are equally urgent are handed out in the order in which they began to wait, so a busy key cannot
 * starve another; namespaces take turns, and what is more urgent comes first without starving the rest (law 17: `FairLanes`). Of several `addAfter` the earliest counts, and `add` cancels none: an early wake-up is harmless (law 14).
 *
 * Assumptions: whoever takes a key calls `done` for it. Errors: `InvalidOptionError` for a delay that is no number.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #backoff: BackoffOptions;
  readonly #bucket: TokenBucket;
  readonly #random: Random;
  readonly #observer: WorkQueueObserver;
  readonly #laneOf: (key: string) => Lane;
  readonly #waiting = new FairLanes<Waiting>(namespaceOf);
  /** Keys being worked on: since when, and how urgently. */
  readonly #processing = new Map<string, { sinceMs: number; lane: Lane }>();
  /** Keys that were added again while being worked on: when, and how urgently. */
  readonly #again = new Map<string, { addedMs: number; lane: Lane }>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  readonly #idleListeners = new Set<() => void>();
  #closed = false;
  #adds = 0;
  #retries = 0;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
    this.#backoff = options.backoff ?? defaultQueueBackoff;
    checkBackoffOptions('workQueue.backoff', this.#backoff);
    this.#bucket = new TokenBucket(options.clock, options.bucket ?? defaultQueueBucket);
    this.#random = options.random ?? Math.random;
    this.#observer = options.observer ?? {};
    this.#laneOf = options.laneOf ?? (() => 'normal');
  }

  /** The key is to be looked at as soon as a worker is free; one that waits already becomes more urgent, if it does. */
  add(key: string, lane: Lane = this.#laneOf(key)): void {
    if (this.#closed) return;
    const again = this.#again.get(key);
    if (again) again.lane = moreUrgent(again.lane, lane);
    // The same place, or a better one.
    else if (this.#waiting.has(key)) this.#waiting.add(key, lane, { addedMs: 0, appendedMs: 0 });
    else this.#begins(key, lane);
  }

  #begins(key: string, lane: Lane): void {
    this.#adds += 1;
    this.#observer.added?.();
    const addedMs = this.#clock.monotonic();
    if (this.#processing.has(key)) this.#again.set(key, { addedMs, lane });
    else this.#append(key, addedMs, lane);
  }

  /**
   * The key is to be looked at in `delayMs`, or earlier when that was asked for already. `lane`: how urgently; by default as urgently as
   * it is then.
   */
  addAfter(key: string, delayMs: number, lane?: Lane): void {
    if (!Number.isFinite(delayMs)) throw new InvalidOptionError('delayMs', delayMs, 'a finite number');
    if (this.#closed) return;
    if (delayMs <= 0) return this.add(key, lane);
    const dueMs = this.#clock.monotonic() + delayMs;
    const planned = this.#delayed.get(key);
    if (planned && planned.dueMs <= dueMs) return;
    planned?.cancel();
    const cancel = this.#clock.after(delayMs, () => {
      this.#delayed.delete(key);
      this.add(key, lane);
    });
    this.#delayed.set(key, { dueMs, cancel });
  }

  /** The key failed: it comes back after its own backoff or when the bucket has a token, whichever is later. */
  addRateLimited(key: string): void {
    if (this.#closed) return;
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#retries += 1;
    this.#observer.retried?.();
    const backoffMs = backoffDelayMs(failures, this.#backoff, this.#random);
    this.addAfter(key, Math.max(backoffMs, this.#bucket.reserve()));
  }

  /** The key succeeded or its object is gone: its next failure is the first one. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** How often the key failed in a row. */
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** The next key, when there is one; `undefined` when the queue has been closed. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const next = this.#waiting.take();
    if (!next) return new Promise((resolve) => this.#takers.push(resolve));
    const [key, { addedMs }, lane] = next;
    this.#observer.depth?.(this.#waiting.size);
    this.#begin(key, addedMs, lane);
    return Promise.resolve(key);
  }

  /** How urgently a key that is being worked on was asked for. */
  laneOfWork(key: string): Lane {
    return this.#processing.get(key)?.lane ?? 'normal';
  }

  /** The work on a taken key has ended, well or badly. */
  done(key: string): void {
    const work = this.#processing.get(key);
    if (work === undefined) throw new Error(`done(${key}): the key was not taken`);
    this.#processing.delete(key);
    this.#observer.workDuration?.(this.#clock.monotonic() - work.sinceMs);
    const again = this.#again.get(key);
    if (again) {
      this.#again.delete(key);
      this.#append(key, again.addedMs, again.lane);
    }
    if (this.#processing.size === 0) for (const listener of [...this.#idleListeners]) listener();
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Closes at once: nothing more is accepted or handed out, and those who wait in `take` get `undefined`. Waiting and
   * delayed keys are dropped: the next leader's first list brings every key back (law 14).
   */
  shutDown(): void {
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#waiting.clear();
    this.#again.clear();
    this.#failures.clear();
    this.#observer.depth?.(0);
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  /** Closes, and waits until the work under way has ended; false when it has not after `deadlineMs`. */
  drain(deadlineMs: number): Promise<boolean> {
    this.shutDown();
    if (this.#processing.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#idleListeners.delete(finish);
        resolve(this.#processing.size === 0);
      };
      const cancel = this.#clock.after(deadlineMs, finish);
      this.#idleListeners.add(finish);
    });
  }

  /** Resolves when no key waits for a worker and none is being worked on. Delayed keys do not count. */
  whenIdle(): Promise<void> {
    const isIdle = () => this.#waiting.size === 0 && this.#processing.size === 0;
    if (isIdle()) return Promise.resolve();
    return new Promise((resolve) => {
      const check = () => {
        if (!isIdle()) return;
        this.#idleListeners.delete(check);
        resolve();
      };
      this.#idleListeners.add(check);
    });
  }

  figures(): WorkQueueFigures {
    const nowMs = this.#clock.monotonic();
    let unfinishedWorkMs = 0;
    let longestRunningMs = 0;
    for (const { sinceMs } of this.#processing.values()) {
      unfinishedWorkMs += nowMs - sinceMs;
      longestRunningMs = Math.max(longestRunningMs, nowMs - sinceMs);
    }
    return {
      depth: this.#waiting.size,
      delayed: this.#delayed.size,
      processing: this.#processing.size,
      failing: this.#failures.size,
      adds: this.#adds,
      retries: this.#retries,
      oldestWaitingMs: nowMs - (this.#waiting.oldest?.appendedMs ?? nowMs),
      unfinishedWorkMs,
      longestRunningMs,
    };
  }

  #append(key: string, addedMs: number, lane: Lane): void {
    const taker = this.#takers.shift();
    if (taker) {
      this.#begin(key, addedMs, lane);
      taker(key);
      return;
    }
    this.#waiting.add(key, lane, { addedMs, appendedMs: this.#clock.monotonic() });
    this.#observer.depth?.(this.#waiting.size);
  }

  #begin(key: string, addedMs: number, lane: Lane): void {
    const nowMs = this.#clock.monotonic();
    this.#processing.set(key, { sinceMs: nowMs, lane });
    this.#observer.latency?.(nowMs - addedMs);
  }
}

const namespaceOf = (key: string): string => key.slice(0, Math.max(0, key.indexOf('/')));

const moreUrgent = (one: Lane, other: Lane): Lane =>
  lanes.indexOf(one) <= lanes.indexOf(other) ? one : other;
