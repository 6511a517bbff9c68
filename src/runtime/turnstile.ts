/**
 * Lets a bounded number of tasks run at once; the others wait for their turn, in order. A task whose signal is aborted
 * while it waits leaves the queue and never runs.
 */
export class Turnstile {
  readonly #limit: number;
  #running = 0;
  readonly #waiting = new Set<() => void>();

  /** `limit`: how many run at once, at least 1. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  async pass<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.#running < this.#limit) {
        this.#running += 1;
        return resolve();
      }
      const abandon = () => {
        this.#waiting.delete(enter);
        reject(signal.reason);
      };
      const enter = () => {
        signal.removeEventListener('abort', abandon);
        // The place of whoever left goes to this one, so that the number of running tasks stays.
        resolve();
      };
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiting.add(enter);
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
