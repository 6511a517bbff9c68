import type { QueryResult } from '../../domain/analysis/measurement.ts';
import { MetricsError } from '../../metrics-source/metrics-error.ts';
import { MetricsSource } from '../../metrics-source/metrics-source.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { AnswersGiven } from '../laws/law-9-no-data.ts';

/** How the source is just now. */
export type SourceMood = 'answers' | 'harm' | 'silent' | 'nan' | 'unreachable' | 'slow';

const slowMs = 7_000;

/**
 * A metrics source that answers `harm{revision="..."}` with 1 for a revision that does harm and with 0 for any other, as far as its mood
 * lets it; and counts what it answered.
 */
export class ToldMetrics extends MetricsSource {
  readonly name = 'default';
  readonly scrapeIntervalMs = 3_000;
  mood: SourceMood = 'answers';
  readonly #clock: Clock;
  readonly #doesHarm: (revision: string) => boolean;
  readonly #given = new Map<string, AnswersGiven>();

  constructor(clock: Clock, doesHarm: (revision: string) => boolean) {
    super();
    this.#clock = clock;
    this.#doesHarm = doesHarm;
  }

  answersOf(revision: string): AnswersGiven {
    return this.#given.get(revision) ?? { healthy: 0, harmful: 0 };
  }

  async instant(query: string, { signal }: { signal?: AbortSignal } = {}): Promise<QueryResult> {
    if (this.mood === 'slow') await this.#clock.sleep(slowMs, signal);
    const at = { timeMs: this.#clock.now(), labels: {}, warnings: [] };
    switch (this.mood) {
      case 'unreachable':
        throw new MetricsError('unreachable', 'connection refused');
      case 'silent':
        return { kind: 'empty', warnings: [] };
      case 'nan':
        return { kind: 'nan', value: 'NaN', warnings: [] };
      default: {
        const revision = /revision="([^"]*)"/.exec(query)?.[1] ?? '';
        const harms = this.mood === 'harm' || this.#doesHarm(revision);
        const { healthy, harmful } = this.answersOf(revision);
        this.#given.set(
          revision,
          harms ? { healthy, harmful: harmful + 1 } : { healthy: healthy + 1, harmful },
        );
        return { kind: 'value', value: harms ? 1 : 0, ...at };
      }
    }
  }

  range(): Promise<QueryResult> {
    return Promise.reject(new MetricsError('badQuery', 'this source answers instant queries only'));
  }

  async close(): Promise<void> {}
}
