import type { QueryResult } from '../domain/analysis/measurement.ts';
import type { CircuitState } from '../runtime/circuit-breaker.ts';

/** A range query's points: from `startMs` to `endMs`, one every `stepMs`. Milliseconds since the epoch. */
export interface QueryRange {
  startMs: number;
  endMs: number;
  stepMs: number;
}

/**
 * A backend that answers PromQL.
 *
 * Guarantees of every adapter: a call ends within the source's timeout or when `signal` is aborted; its answer is typed
 * (no finite number is made up from NaN, nothing or several series); it fails with a `MetricsError` and nothing else, and
 * that error names no credential. Nothing is retried here: the next measurement is the retry.
 */
export abstract class MetricsSource {
  /** The name under which a ModelDeployment asks for it. */
  abstract readonly name: string;
  /** How often the backend scrapes what is asked for: nothing newer than this can be known. */
  abstract readonly scrapeIntervalMs: number;

  /** Whether it is left alone because it was ill; undefined where nobody looks. */
  get circuit(): CircuitState | undefined {
    return undefined;
  }

  /**
   * Evaluates at one time (default: the source's own now). A range selector such as `requests_total[5m]` gives the raw samples, as a
   * `matrix`.
   */
  abstract instant(query: string, options?: { atMs?: number; signal?: AbortSignal }): Promise<QueryResult>;

  /** Evaluates at each point of a range; gives a `matrix`, or `empty`. */
  abstract range(query: string, range: QueryRange & { signal?: AbortSignal }): Promise<QueryResult>;

  /** Gives its connections back; queries that are under way may still end. */
  abstract close(): Promise<void>;
}
