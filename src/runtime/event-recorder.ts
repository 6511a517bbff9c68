import { randomUUID } from 'node:crypto';
import { ClusterError } from '../kubernetes/cluster-error.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { type KubernetesObject, resourceKinds } from '../kubernetes/resource.ts';
import { withTimeLimit } from './abortable.ts';
import { microTime } from './api-time.ts';
import type { Clock } from './clock.ts';
import { defined } from './defined.ts';
import {
  type EventNote,
  type EventSource,
  newEvent,
  seriesKey,
  seriesOf,
  seriesPatch,
} from './event-record.ts';
import { requirePositive } from './invalid-option-error.ts';
import { errorMessage, type Logger } from './logger.ts';
import { TokenBucket } from './token-bucket.ts';

export interface EventRecorderOptions extends EventSource {
  cluster: Cluster;
  clock: Clock;
  logger: Logger;
  /** So many events wait to be written at most; default 1000. */
  bufferSize?: number;
  /** So many writes for one object at once; default 25. */
  objectBurst?: number;
  /** So many writes for one object per minute after that; default 12. */
  objectPerMinute?: number;
  /** Equal events within this time are one; default six minutes. */
  seriesMs?: number;
  /** A write that takes longer is given up; default 10 s. */
  requestTimeoutMs?: number;
  newId?: () => string;
}

/** Why an event was not written. */
export type EventDrop = 'bufferFull' | 'rateLimited' | 'failed' | 'stopped';

export interface EventRecorderFigures {
  /** Calls of `record`. */
  recorded: number;
  /** Events created and series patched. */
  written: number;
  dropped: Record<EventDrop, number>;
  buffered: number;
}

interface Series {
  key: string;
  uid: string;
  /** As it is to be created, or as the server has it. */
  event: KubernetesObject;
  count: number;
  lastAtMs: number;
  created: boolean;
  /** It waits to be written; more repeats only raise the count. */
  queued: boolean;
}

/** The pause after a throttled write when the server does not say how long. */
const throttledWaitMs = 1000;

/**
 * Tells users what happened to an object, as `events.k8s.io/v1` Events.
 *
 * Flow: `record` -> a bounded buffer -> one writer, one event after the other. The first of equal events is created;
 * repeats within six minutes raise the count of its series, which is patched, and nothing else of it changes.
 *
 * Guarantees: `record` never throws and never waits: no pass is delayed by events, however sick the API server is. At
 * most once: a write that failed is not repeated, for it may have happened. A noisy object has a rate of its own and
 * silences no other (law 17). Whatever is not written is counted. Assumption: the caller records after the status that
 * it tells of was written (law 13). Errors: none come out; failed writes are logged.
 */
export class EventRecorder {
  readonly #options: Required<EventRecorderOptions>;
  /** By content, the least recently seen first. */
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #buffer: Series[] = [];
  readonly #stopping = new AbortController();
  readonly #dropped: Record<EventDrop, number> = { bufferFull: 0, rateLimited: 0, failed: 0, stopped: 0 };
  #recorded = 0;
  #written = 0;
  #closed = false;
  #writing: Promise<void> | undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = {
      bufferSize: 1000,
      objectBurst: 25,
      objectPerMinute: 12,
      seriesMs: 6 * 60_000,
      requestTimeoutMs: 10_000,
      newId: randomUUID,
      ...defined(options),
    };
    for (const field of [
      'bufferSize',
      'objectBurst',
      'objectPerMinute',
      'seriesMs',
      'requestTimeoutMs',
    ] as const) {
      requirePositive(field, this.#options[field]);
    }
  }

  /** Notes that something happened; it is written soon, or counted as dropped. */
  record(note: EventNote): void {
    this.#recorded += 1;
    try {
      if (this.#closed) this.#drop('stopped');
      else this.#enqueue(note);
    } catch (error) {
      this.#drop('failed');
      this.#options.logger.error(`an event could not be made: ${errorMessage(error)}`, { error });
    }
  }

  /** Refuses new events, writes those that wait for at most `limitMs`, and gives up the rest. */
  async stop(limitMs: number): Promise<void> {
    this.#closed = true;
    const cancel = this.#options.clock.after(limitMs, () => this.#stopping.abort());
    await this.#writing;
    cancel();
    this.#stopping.abort();
  }

  figures(): EventRecorderFigures {
    return {
      recorded: this.#recorded,
      written: this.#written,
      dropped: { ...this.#dropped },
      buffered: this.#buffer.length,
    };
  }

  #enqueue(note: EventNote): void {
    const nowMs = this.#options.clock.now();
    this.#forgetOld(nowMs);
    const key = seriesKey(note);
    const known = this.#series.get(key);
    const series = known ?? this.#begin(key, note, nowMs);
    if (known) {
      known.count += 1;
      known.lastAtMs = nowMs;
      // To the end of the map: it is the one that was seen last.
      this.#series.delete(key);
    }
    this.#series.set(key, series);
    if (series.queued) return;
    if (this.#buffer.length >= this.#options.bufferSize) return this.#refuse(series, 'bufferFull');
    if (!this.#bucketOf(series.uid).tryTake()) return this.#refuse(series, 'rateLimited');
    series.queued = true;
    this.#buffer.push(series);
    this.#writing ??= this.#write();
  }

  #begin(key: string, note: EventNote, nowMs: number): Series {
    const event = newEvent(note, this.#options, nowMs, this.#options.newId());
    const uid = note.regarding.metadata.uid ?? '';
    return { key, uid, event, count: 1, lastAtMs: nowMs, created: false, queued: false };
  }

  /** An event that was never created must not become a series: the next one like it is the first. */
  #refuse(series: Series, why: EventDrop): void {
    if (!series.created) this.#series.delete(series.key);
    this.#drop(why);
  }

  #drop(why: EventDrop): void {
    this.#dropped[why] += 1;
  }

  #forgetOld(nowMs: number): void {
    for (const [key, series] of this.#series) {
      if (nowMs - series.lastAtMs <= this.#options.seriesMs) break;
      if (!series.queued) this.#series.delete(key);
    }
    // A bucket that is full again is as good as none.
    if (this.#buckets.size > this.#series.size + 100) {
      for (const [uid, bucket] of this.#buckets) if (bucket.isFull) this.#buckets.delete(uid);
    }
  }

  #bucketOf(uid: string): TokenBucket {
    let bucket = this.#buckets.get(uid);
    if (!bucket) {
      const { clock, objectBurst, objectPerMinute } = this.#options;
      bucket = new TokenBucket(clock, { burst: objectBurst, perSecond: objectPerMinute / 60 });
      this.#buckets.set(uid, bucket);
    }
    return bucket;
  }

  async #write(): Promise<void> {
    const { signal } = this.#stopping;
    // Not in the caller's turn: a pass that records is not to wait for the making of a request.
    await Promise.resolve();
    for (let series = this.#buffer.shift(); series; series = this.#buffer.shift()) {
      series.queued = false;
      if (signal.aborted) this.#refuse(series, 'stopped');
      else await this.#writeOne(series);
    }
    this.#writing = undefined;
  }

  async #writeOne(series: Series): Promise<void> {
    const { clock, logger, requestTimeoutMs } = this.#options;
    try {
      await withTimeLimit('the event', requestTimeoutMs, clock, this.#stopping.signal, (signal) =>
        this.#send(series, signal),
      );
      this.#written += 1;
    } catch (error) {
      this.#refuse(series, this.#stopping.signal.aborted ? 'stopped' : 'failed');
      logger.warn(`an event was not written: ${errorMessage(error)}`, {
        event: series.event['reason'],
        error,
      });
      if (!ClusterError.is(error, 'throttled')) return;
      await clock.sleep(error.retryAfterMs ?? throttledWaitMs, this.#stopping.signal);
    }
  }

  async #send(series: Series, signal: AbortSignal): Promise<void> {
    const { cluster } = this.#options;
    const { name, namespace = '' } = series.event.metadata;
    if (series.created) {
      try {
        const patch = seriesPatch(series.count, series.lastAtMs);
        await cluster.patch(resourceKinds.event, { namespace, name }, patch, { signal });
        return;
      } catch (error) {
        if (!ClusterError.is(error, 'notFound')) throw error;
        // The server forgets events after a time: this one begins anew.
        series.event.metadata.name = `${name.slice(0, name.lastIndexOf('.'))}.${this.#options.newId()}`;
        series.event['eventTime'] = microTime(series.lastAtMs);
        series.count = 1;
      }
    }
    // Repeats that came before the first was written are in it from the start.
    const repeats = series.count > 1 && { series: seriesOf(series.count, series.lastAtMs) };
    await cluster.create({ ...series.event, ...repeats }, { signal });
    series.created = true;
  }
}
