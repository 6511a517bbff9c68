import type { WatchEvent } from '../../kubernetes/cluster.ts';
import type { ClusterError } from '../../kubernetes/cluster-error.ts';

interface Waiting {
  resolve: (result: IteratorResult<WatchEvent>) => void;
  reject: (error: ClusterError) => void;
}

const over: IteratorResult<WatchEvent> = { done: true, value: undefined };

/** Events on their way to one watcher, in order. What was pushed before the end is still read. */
export class WatchStream implements AsyncIterableIterator<WatchEvent> {
  readonly #events: WatchEvent[] = [];
  #waiting: Waiting | undefined;
  #end: { error: ClusterError | undefined } | undefined;
  #ended = () => {};

  push(event: WatchEvent): void {
    if (this.#end) return;
    const waiting = this.#waiting;
    if (!waiting) this.#events.push(event);
    this.#waiting = undefined;
    waiting?.resolve({ done: false, value: event });
  }

  /** Nothing follows. With an error the reader gets it once, after the events. */
  end(error?: ClusterError): void {
    if (this.#end) return;
    this.#end = { error };
    this.#ended();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.#finish().then(waiting.resolve, waiting.reject);
  }

  /** Calls `listener` at the end; at once, when that was before. */
  onEnd(listener: () => void): void {
    if (this.#end) listener();
    else this.#ended = listener;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<WatchEvent>> {
    const event = this.#events.shift();
    if (event) return Promise.resolve({ done: false, value: event });
    if (this.#end) return this.#finish();
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  /** The reader wants no more. */
  return(): Promise<IteratorResult<WatchEvent>> {
    this.#events.length = 0;
    this.end();
    return Promise.resolve(over);
  }

  #finish(): Promise<IteratorResult<WatchEvent>> {
    const error = this.#end?.error;
    this.#end = { error: undefined };
    return error ? Promise.reject(error) : Promise.resolve(over);
  }
}
