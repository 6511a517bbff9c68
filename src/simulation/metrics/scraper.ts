import type { Labels } from '../../domain/analysis/measurement.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import { seriesKey, type SeriesStore } from './series-store.ts';

export interface ScraperOptions {
  intervalMs: number;
  /** When within each interval of wall-clock time it scrapes. */
  offsetMs: number;
}

/** Scrapes its targets at every interval, until `stop`. A target that is lost is down: its series end, as Prometheus has it. */
export class Scraper {
  readonly #clock: Clock;
  readonly #store: SeriesStore;
  readonly #options: ScraperOptions;
  readonly #targets = new Map<ScrapeTarget, Map<string, Labels>>();
  readonly #lost = new Set<ScrapeTarget>();
  #lateByMs = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, store: SeriesStore, options: ScraperOptions) {
    this.#clock = clock;
    this.#store = store;
    this.#options = options;
    this.start();
  }

  add(target: ScrapeTarget): void {
    this.#targets.set(target, new Map());
  }

  start(): void {
    if (!this.#cancel) this.#plan();
  }

  /** Nothing is scraped until `start`: what is stored grows old. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Nobody answers at a target, until `find`. */
  lose(target: ScrapeTarget): void {
    this.#lost.add(target);
  }

  find(target: ScrapeTarget): void {
    this.#lost.delete(target);
  }

  /** Samples can be asked for only so long after their time. */
  storeLate(byMs: number): void {
    this.#lateByMs = byMs;
  }

  #plan(): void {
    const { intervalMs, offsetMs } = this.#options;
    const sinceLastMs = (this.#clock.now() - offsetMs) % intervalMs;
    this.#cancel = this.#clock.after(intervalMs - sinceLastMs, () => {
      for (const [target, shown] of this.#targets) this.#scrape(target, shown);
      this.#plan();
    });
  }

  #scrape(target: ScrapeTarget, shown: Map<string, Labels>): void {
    const own = { job: target.job, instance: target.instance };
    const samples: [Labels, number | undefined][] = [];
    const before = new Map(shown);
    shown.clear();
    if (!this.#lost.has(target)) {
      for (const { labels, value } of target.expose()) {
        const marked = { ...labels, ...own };
        const key = seriesKey(marked);
        shown.set(key, marked);
        before.delete(key);
        samples.push([marked, value]);
      }
    }
    for (const labels of before.values()) samples.push([labels, undefined]);
    samples.push([{ __name__: 'up', ...own }, this.#lost.has(target) ? 0 : 1]);
    this.#keep(samples, this.#clock.now());
  }

  #keep(samples: readonly [Labels, number | undefined][], timeMs: number): void {
    const keep = () => {
      for (const [labels, value] of samples) this.#store.append(labels, timeMs, value);
    };
    if (this.#lateByMs > 0) this.#clock.after(this.#lateByMs, keep);
    else keep();
  }
}
