import type { QueryResult } from '../../src/domain/analysis/measurement.ts';
import { MetricsError } from '../../src/metrics-source/metrics-error.ts';
import { MetricsSource } from '../../src/metrics-source/metrics-source.ts';

interface AskedQuery {
  query: string;
  atMs: number | undefined;
  answer(result: QueryResult): void;
  fail(error: unknown): void;
}

/** A source whose queries wait until the test answers them. A query without a test to answer it never ends by itself. */
export class ScriptedMetricsSource extends MetricsSource {
  readonly name: string;
  readonly scrapeIntervalMs = 15_000;
  /** Queries that wait for their answer, the oldest first. */
  readonly waiting: AskedQuery[] = [];
  /** All queries that were ever asked. */
  readonly asked: string[] = [];
  cancelled = 0;
  closed = false;

  constructor(name: string) {
    super();
    this.name = name;
  }

  instant(
    query: string,
    { atMs, signal }: { atMs?: number; signal?: AbortSignal } = {},
  ): Promise<QueryResult> {
    this.asked.push(query);
    return new Promise((resolve, reject) => {
      const asked: AskedQuery = { query, atMs, answer: resolve, fail: reject };
      this.waiting.push(asked);
      signal?.addEventListener('abort', () => {
        this.cancelled += 1;
        this.waiting.splice(this.waiting.indexOf(asked), 1);
        reject(new MetricsError('timeout', 'cancelled'));
      });
    });
  }

  range(): Promise<QueryResult> {
    return Promise.reject(new MetricsError('badQuery', 'a scripted source answers instant queries only'));
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** One number. */
export const valueResult = (value: number): QueryResult => ({
  kind: 'value',
  value,
  timeMs: 0,
  labels: {},
  warnings: [],
});
