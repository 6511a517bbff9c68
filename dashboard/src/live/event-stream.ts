import type { Problem } from '../../../src/dashboard-api/schemas.ts';
import { ApiError, problemOf } from '../api/api-error.ts';
import { authorization } from '../api/token.ts';
import { retryDelayMs } from './backoff.ts';
import { EventParser } from './event-parser.ts';

/** How a stream is doing. */
export type StreamStatus =
  | { is: 'connecting' }
  | { is: 'live' }
  /** The tab is not looked at. */
  | { is: 'paused' }
  /** The connection is gone, or says nothing any more. */
  | { is: 'lost'; because: string; retryAtMs: number }
  /** The server answered, and trying again changes nothing: no login, no right, no such object. */
  | { is: 'refused'; problem: Problem };

export interface StreamOptions {
  /** Relative to the page. */
  address: string;
  onEvent: (name: string, data: unknown) => void;
  onStatus: (status: StreamStatus) => void;
  /** A stream that says nothing for longer is broken. */
  silenceMs: number;
}

/**
 * A stream of server-sent events that lives as long as somebody looks at it: it comes back after each loss where it was (`Last-Event-ID`), lets go
 * while the tab is hidden, and tells how it is doing. `fetch` and not EventSource, which cannot send a token and says nothing about why it failed.
 */
export class EventStream {
  readonly #options: StreamOptions;
  #lastId: string | undefined;
  #failures = 0;
  #connection: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    document.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('online', this.retryNow);
    this.#onVisibility();
  }

  close(): void {
    this.#isClosed = true;
    document.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('online', this.retryNow);
    this.#letGo();
  }

  /** Does not wait for its time. */
  readonly retryNow = (): void => {
    if (this.#isClosed || document.hidden || this.#connection) return;
    clearTimeout(this.#timer);
    void this.#connect();
  };

  readonly #onVisibility = (): void => {
    if (this.#isClosed) return;
    if (!document.hidden) return this.retryNow();
    this.#letGo();
    this.#options.onStatus({ is: 'paused' });
  };

  #letGo(): void {
    clearTimeout(this.#timer);
    this.#connection?.abort();
    this.#connection = undefined;
  }

  async #connect(): Promise<void> {
    const connection = new AbortController();
    this.#connection = connection;
    if (this.#failures === 0) this.#options.onStatus({ is: 'connecting' });
    let because: string;
    let waitMs = 0;
    try {
      await this.#read(connection);
      because = 'the server ended the connection';
    } catch (error) {
      if (connection.signal.aborted && connection.signal.reason !== silence) return;
      if (error instanceof ApiError && isFinal(error.problem)) {
        this.#connection = undefined;
        return this.#options.onStatus({ is: 'refused', problem: error.problem });
      }
      if (error instanceof ApiError) waitMs = (error.problem.retryAfterSeconds ?? 0) * 1_000;
      because =
        connection.signal.reason === silence
          ? 'the server says nothing any more'
          : error instanceof ApiError
            ? error.problem.detail
            : 'the server cannot be reached';
    } finally {
      // A body that was not read to its end keeps a connection of the few that a browser has.
      connection.abort();
    }
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    const delayMs = Math.max(waitMs, retryDelayMs(this.#failures, Math.random));
    this.#failures += 1;
    this.#options.onStatus({ is: 'lost', because, retryAtMs: Date.now() + delayMs });
    this.#timer = setTimeout(this.retryNow, delayMs);
  }

  async #read(connection: AbortController): Promise<void> {
    let watch = setTimeout(() => connection.abort(silence), this.#options.silenceMs);
    try {
      const answer = await fetch(this.#options.address, {
        signal: connection.signal,
        cache: 'no-store',
        headers: {
          accept: 'text/event-stream',
          ...authorization(),
          ...(this.#lastId !== undefined && { 'last-event-id': this.#lastId }),
        },
      });
      if (!answer.ok || !answer.body) throw new ApiError(await problemOf(answer));
      const parser = new EventParser();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(() => connection.abort(silence), this.#options.silenceMs);
        for (const event of parser.push(value)) {
          if (connection.signal.aborted) return;
          this.#take(event.name, JSON.parse(event.data), event.id);
        }
      }
    } finally {
      clearTimeout(watch);
    }
  }

  #take(name: string, data: unknown, id: string | undefined): void {
    if (name === 'problem') throw new ApiError(data as Problem);
    if (id !== undefined) this.#lastId = id;
    this.#failures = 0;
    this.#options.onStatus({ is: 'live' });
    this.#options.onEvent(name, data);
  }
}

const silence = Symbol('silence');

/** A server that stops, or has too much to do, is asked again. */
const isFinal = ({ status }: Problem): boolean =>
  status >= 400 && status < 500 && status !== 429 && status !== 408;
