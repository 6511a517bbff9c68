/** A moment after which processes are killed; it can come nearer, never move away. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  private atMs = Infinity;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Aborts when the moment has come. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  setWithin(seconds: number): void {
    const atMs = this.now() + seconds * 1_000;
    if (atMs >= this.atMs) return;
    this.atMs = atMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(), seconds * 1_000);
  }

  cancel(): void {
    clearTimeout(this.timer);
  }
}
