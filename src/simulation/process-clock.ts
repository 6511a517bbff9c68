import { Clock } from '../runtime/clock.ts';

/**
 * The clock of one simulated process: its wall clock can be wrong and can be set, and its timers end with it. Monotonic time is that of
 * the world.
 */
export class ProcessClock extends Clock {
  readonly #base: Clock;
  readonly #timers = new Set<() => void>();
  #offsetMs = 0;
  #stopped = false;

  constructor(base: Clock) {
    super();
    this.#base = base;
  }

  now(): number {
    return this.#base.now() + this.#offsetMs;
  }

  monotonic(): number {
    return this.#base.monotonic();
  }

  after(delayMs: number, callback: () => void): () => void {
    if (this.#stopped) return () => {};
    const forget = () => {
      this.#timers.delete(cancel);
    };
    const stop = this.#base.after(delayMs, () => {
      forget();
      callback();
    });
    const cancel = () => {
      forget();
      stop();
    };
    this.#timers.add(cancel);
    return cancel;
  }

  /** Sets the wall clock forward, or back when negative. */
  stepWall(byMs: number): void {
    this.#offsetMs += byMs;
  }

  /** Sets the wall clock right, as a time server does. */
  setRight(): void {
    this.#offsetMs = 0;
  }

  /** The process is dead: nothing of it happens any more. */
  stop(): void {
    this.#stopped = true;
    for (const cancel of [...this.#timers]) cancel();
  }
}
