import { Clock } from '../clock.ts';

/** The clock of a process that can be stalled: its timers fire only after it runs again, while time goes on. */
export class StallableClock extends Clock {
  readonly #base: Clock;
  #stalled: (() => void)[] | undefined;

  constructor(base: Clock) {
    super();
    this.#base = base;
  }

  now = () => this.#base.now();
  monotonic = () => this.#base.monotonic();

  after(delayMs: number, callback: () => void): () => void {
    let cancelled = false;
    const cancel = this.#base.after(delayMs, () => {
      if (this.#stalled) this.#stalled.push(() => cancelled || callback());
      else callback();
    });
    return () => {
      cancelled = true;
      cancel();
    };
  }

  stall(): void {
    this.#stalled ??= [];
  }

  goOn(): void {
    const late = this.#stalled ?? [];
    this.#stalled = undefined;
    for (const callback of late) callback();
  }
}
