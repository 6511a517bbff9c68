import { Clock } from './clock.ts';

interface Timer {
  dueMs: number;
  callback: () => void;
}

/** One turn of the event loop: every promise that can settle without a timer or I/O has settled after it. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Time that moves only when a test says so.
 *
 * Flow: code under test asks for timers; `advance` moves the time to each of them in turn, calls it, and lets
 * promises settle before the next one. Guarantees: timers run in order of their time, equal times in the order in
 * which they were asked for; a timer that is asked for while time moves runs in the same `advance` when it falls
 * within it; the same calls give the same run. Assumption: the code under test waits for nothing but this clock and
 * promises (no sockets, no files). Errors: a callback that throws makes `advance` throw.
 */
export class VirtualClock extends Clock {
  readonly #startMs: number;
  readonly #timers: Timer[] = [];
  #elapsedMs = 0;

  /** `startMs` is the wall-clock time at the start, in milliseconds since the epoch. */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    super();
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  /** How many timers wait: zero after everything under test has been stopped. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  after(delayMs: number, callback: () => void): () => void {
    // As a real clock's: its time is in whole milliseconds, and no timer runs before its time.
    const timer: Timer = { dueMs: this.#elapsedMs + Math.ceil(Math.max(0, delayMs)), callback };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timers[middle]!.dueMs <= timer.dueMs) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Moves the time forward by `byMs`, running every timer that falls due on the way. */
  async advance(byMs: number): Promise<void> {
    await this.#runUntil(this.#elapsedMs + byMs, () => false);
  }

  /**
   * Moves the time from timer to timer until `condition` holds, and says whether it came to hold within `limitMs`.
   * The time stops where the condition was first seen to hold.
   */
  async advanceUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
    return await this.#runUntil(this.#elapsedMs + limitMs, condition);
  }

  /** Lets promises settle without moving the time. */
  async settle(): Promise<void> {
    await turn();
  }

  /** The same time line seen by another machine: its wall clock is off by `offsetMs`, its monotonic clock is not. */
  withWallOffset(offsetMs: number): Clock {
    return new SkewedClock(this, offsetMs);
  }

  async #runUntil(untilMs: number, condition: () => boolean): Promise<boolean> {
    await turn();
    if (condition()) return true;
    for (;;) {
      const next = this.#timers[0];
      if (next === undefined || next.dueMs > untilMs) break;
      this.#timers.shift();
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.callback();
      await turn();
      if (condition()) return true;
    }
    this.#elapsedMs = untilMs;
    await turn();
    return condition();
  }
}

class SkewedClock extends Clock {
  readonly #base: Clock;
  readonly #offsetMs: number;

  constructor(base: Clock, offsetMs: number) {
    super();
    this.#base = base;
    this.#offsetMs = offsetMs;
  }

  now(): number {
    return this.#base.now() + this.#offsetMs;
  }

  monotonic(): number {
    return this.#base.monotonic();
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.#base.after(delayMs, callback);
  }
}
