/**
 * Time as a port, so that everything that waits can be tested on a virtual clock.
 *
 * `now` is wall-clock time in milliseconds since the epoch: for timestamps in objects. `monotonic` never goes
 * back and has no relation to the epoch: for measuring how long something took or is allowed to take.
 */
export abstract class Clock {
  /** Wall-clock time in milliseconds since the epoch. */
  abstract now(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  abstract monotonic(): number;
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  abstract after(delayMs: number, callback: () => void): () => void;

  /** Resolves after `delayMs`, or at once (without an error) when `signal` is aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const finish = () => {
        cancel();
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = this.after(delayMs, finish);
      signal?.addEventListener('abort', finish);
    });
  }
}

/** setTimeout holds at most this many milliseconds; a longer delay would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The machine's own clocks. A timer keeps the process alive until it fires or is cancelled, so everything that waits
 * here has a `stop`. A delay longer than setTimeout can hold fires early, which is harmless: a wake-up only says "look".
 */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), longestTimerMs));
    return () => clearTimeout(timer);
  }
}
