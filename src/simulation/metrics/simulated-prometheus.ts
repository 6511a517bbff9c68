import type { QueryResult, Sample, SampleSeries } from '../../domain/analysis/measurement.ts';
import { MetricsError, QueryCancelledError } from '../../metrics-source/metrics-error.ts';
import { MetricsSource, type QueryRange } from '../../metrics-source/metrics-source.ts';
import { TimeLimitError, withTimeLimit } from '../../runtime/abortable.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type AnswerFault, distorted } from './answer-faults.ts';
import { evaluate } from './promql/evaluate.ts';
import type { PromValue } from './promql/values.ts';
import { Scraper } from './scraper.ts';
import { seriesKey, SeriesStore } from './series-store.ts';

export interface PrometheusOptions {
  /** Under which a ModelDeployment asks for it. */
  name: string;
  scrapeIntervalMs: number;
  /** When within each interval it scrapes. */
  scrapeOffsetMs: number;
  /** A query that takes longer has failed. */
  timeoutMs: number;
  retentionMs: number;
}

export const defaultPrometheus: PrometheusOptions = {
  name: 'default',
  scrapeIntervalMs: 15_000,
  scrapeOffsetMs: 4_321,
  timeoutMs: 10_000,
  retentionMs: 4 * 3_600_000,
};

/**
 * A Prometheus of the simulated world: scrapes at its interval, and answers a part of PromQL from what it has stored. What it does not
 * have is an error that says so.
 */
export class SimulatedPrometheus extends MetricsSource {
  readonly name: string;
  readonly scrapeIntervalMs: number;
  readonly scraper: Scraper;
  readonly store: SeriesStore;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #fault: { fault: AnswerFault; isMeant: (query: string) => boolean } | undefined;

  constructor(clock: Clock, options: Partial<PrometheusOptions> = {}) {
    super();
    const { name, scrapeIntervalMs, scrapeOffsetMs, timeoutMs, retentionMs } = {
      ...defaultPrometheus,
      ...options,
    };
    this.name = name;
    this.scrapeIntervalMs = scrapeIntervalMs;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.store = new SeriesStore(retentionMs);
    this.scraper = new Scraper(clock, this.store, { intervalMs: scrapeIntervalMs, offsetMs: scrapeOffsetMs });
  }

  /** How it misbehaves from now on, at all queries or some; undefined: not at all. */
  misbehave(fault: AnswerFault | undefined, isMeant: (query: string) => boolean = () => true): void {
    this.#fault = fault && { fault, isMeant };
  }

  instant(
    query: string,
    { atMs, signal }: { atMs?: number; signal?: AbortSignal } = {},
  ): Promise<QueryResult> {
    return this.#answer(query, signal, () => {
      const timeMs = atMs ?? this.#clock.now();
      return resultOf(evaluate(this.store, query, timeMs), timeMs);
    });
  }

  range(
    query: string,
    { startMs, endMs, stepMs, signal }: QueryRange & { signal?: AbortSignal },
  ): Promise<QueryResult> {
    return this.#answer(query, signal, () => {
      const found = new Map<string, SampleSeries & { samples: Sample[] }>();
      for (let timeMs = startMs; timeMs <= endMs; timeMs += stepMs) {
        for (const { labels, value } of pointsOf(evaluate(this.store, query, timeMs))) {
          const key = seriesKey(labels);
          const series = found.get(key) ?? { labels, samples: [] };
          series.samples.push([timeMs, value]);
          found.set(key, series);
        }
      }
      return ofSamples([...found.values()]);
    });
  }

  async close(): Promise<void> {
    this.scraper.stop();
  }

  async #answer(
    query: string,
    signal: AbortSignal | undefined,
    work: () => QueryResult,
  ): Promise<QueryResult> {
    const fault = this.#fault?.isMeant(query) ? this.#fault.fault : undefined;
    try {
      const what = `the query to ${this.name}`;
      return await withTimeLimit(what, this.#timeoutMs, this.#clock, signal, async (limit) => {
        if (fault?.kind === 'slow') await this.#clock.sleep(fault.byMs, limit);
        else await Promise.resolve();
        limit.throwIfAborted();
        if (fault?.kind === 'unreachable') throw new MetricsError('unreachable', 'nobody answers');
        if (fault?.kind === 'serverError') throw new MetricsError('serverError', 'the source answers 503');
        return distorted(work(), fault);
      });
    } catch (error) {
      if (signal?.aborted) throw new QueryCancelledError({ cause: error });
      if (error instanceof TimeLimitError) throw new MetricsError('timeout', error.message, { cause: error });
      throw error;
    }
  }
}

function resultOf(value: PromValue, timeMs: number): QueryResult {
  switch (value.kind) {
    case 'string':
      throw new MetricsError('badAnswer', 'the query gives a string; accepted: a number, series or samples');
    case 'matrix':
      return ofSamples(value.series);
    default: {
      const points = pointsOf(value);
      const [only, ...others] = points;
      if (!only) return { kind: 'empty', warnings: [] };
      if (others.length > 0) {
        return { kind: 'vector', series: points.map((point) => ({ ...point, timeMs })), warnings: [] };
      }
      if (Number.isFinite(only.value)) return { kind: 'value', ...only, timeMs, warnings: [] };
      const found = Number.isNaN(only.value) ? 'NaN' : only.value > 0 ? '+Inf' : '-Inf';
      return { kind: 'nan', value: found, warnings: [] };
    }
  }
}

function pointsOf(value: PromValue) {
  if (value.kind === 'vector') return value.series;
  if (value.kind === 'scalar') return [{ labels: {}, value: value.value }];
  throw new MetricsError('badQuery', 'parse error: a range of times needs numbers or series, not samples');
}

const ofSamples = (series: readonly SampleSeries[]): QueryResult =>
  series.length === 0 ? { kind: 'empty', warnings: [] } : { kind: 'matrix', series, warnings: [] };
