import type { Labels } from '../../domain/analysis/measurement.ts';

/** A sample; without a value it says that the series ended here: its target no longer exposed it. */
export interface StoredSample {
  timeMs: number;
  value: number | undefined;
}

export interface StoredSeries {
  labels: Labels;
  /** The oldest first. */
  samples: readonly StoredSample[];
}

/** Whether a series is asked for. */
export type SeriesFilter = (labels: Labels) => boolean;

/** Old samples are dropped when they are so many that dropping is worth it. */
const dropAtLeast = 256;

/** The samples of a Prometheus, by series. */
export class SeriesStore {
  readonly #series = new Map<string, { labels: Labels; samples: StoredSample[] }>();
  readonly #retentionMs: number;

  constructor(retentionMs: number) {
    this.#retentionMs = retentionMs;
  }

  /** Keeps a sample. One that is older than the newest of its series is refused, as Prometheus does it. */
  append(labels: Labels, timeMs: number, value: number | undefined): void {
    const key = seriesKey(labels);
    let series = this.#series.get(key);
    if (!series) this.#series.set(key, (series = { labels, samples: [] }));
    const { samples } = series;
    if (timeMs <= (samples.at(-1)?.timeMs ?? -Infinity)) return;
    samples.push({ timeMs, value });
    const oldest = timeMs - this.#retentionMs;
    if (samples.length > dropAtLeast && samples[dropAtLeast]!.timeMs < oldest) samples.splice(0, dropAtLeast);
  }

  select(filter: SeriesFilter): StoredSeries[] {
    return [...this.#series.values()].filter(({ labels }) => filter(labels));
  }
}

/** The same text for the same labels, in whatever order they stand. */
export const seriesKey = (labels: Labels): string =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}\u0000${labels[name]}`)
    .join('\u0001');
