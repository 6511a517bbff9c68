import type { Clock } from '../runtime/clock.ts';

/**
 * Work by key that is done some time after it was asked for, as a controller of Kubernetes does it that hears of a change late.
 * Any number of askings until then are one. While it is held nothing is done: the controller is down.
 */
export class LaggingWork {
  readonly #clock: Clock;
  readonly #lagMs: () => number;
  readonly #work: (key: string) => void;
  readonly #planned = new Map<string, { dueMs: number; cancel: () => void }>();
  readonly #kept = new Set<string>();
  #held = false;

  constructor(clock: Clock, lagMs: () => number, work: (key: string) => void) {
    this.#clock = clock;
    this.#lagMs = lagMs;
    this.#work = work;
  }

  /** After the usual lag, or after `delayMs`; an earlier time that was planned before stays. */
  plan(key: string, delayMs: number = this.#lagMs()): void {
    const dueMs = this.#clock.monotonic() + delayMs;
    const planned = this.#planned.get(key);
    if (planned && planned.dueMs <= dueMs) return;
    planned?.cancel();
    this.#planned.set(key, { dueMs, cancel: this.#clock.after(delayMs, () => this.#due(key)) });
  }

  hold(): void {
    this.#held = true;
  }

  /** Goes on, with everything that came due meanwhile. */
  release(): void {
    this.#held = false;
    for (const key of this.#kept) this.plan(key);
    this.#kept.clear();
  }

  #due(key: string): void {
    this.#planned.delete(key);
    if (this.#held) this.#kept.add(key);
    else this.#work(key);
  }
}
