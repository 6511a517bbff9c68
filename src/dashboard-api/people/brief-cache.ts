import type { Clock } from '../../runtime/clock.ts';

export interface BriefCacheOptions {
  clock: Clock;
  /** So long an answer is believed, in milliseconds. */
  ttlMs: number;
  /** So many answers are kept; the oldest goes first. */
  most: number;
}

/** Answers that are believed for a short time. Who asks while the answer is on its way shares it; a failure is not kept. */
export class BriefCache<Value> {
  readonly #options: BriefCacheOptions;
  readonly #entries = new Map<string, { value: Promise<Value>; untilMs: number }>();

  constructor(options: BriefCacheOptions) {
    this.#options = options;
  }

  get(key: string, load: () => Promise<Value>): Promise<Value> {
    const { clock, ttlMs, most } = this.#options;
    const known = this.#entries.get(key);
    if (known && known.untilMs > clock.monotonic()) return known.value;
    this.#entries.delete(key);
    const value = load();
    const entry = { value, untilMs: clock.monotonic() + ttlMs };
    this.#entries.set(key, entry);
    value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= most) break;
      this.#entries.delete(oldest);
    }
    return value;
  }

  get size(): number {
    return this.#entries.size;
  }
}
