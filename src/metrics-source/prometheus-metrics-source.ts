import type { MetricsSourceConfig } from '../config/controller-config.ts';
import type { QueryResult } from '../domain/analysis/measurement.ts';
import { TimeLimitError, withTimeLimit } from '../runtime/abortable.ts';
import { CircuitBreaker, CircuitOpenError, type CircuitState } from '../runtime/circuit-breaker.ts';
import type { Clock } from '../runtime/clock.ts';
import { isIllness, MetricsError, QueryCancelledError } from './metrics-error.ts';
import type { MetricsSourceObserver } from './metrics-source-observer.ts';
import { MetricsSource, type QueryRange } from './metrics-source.ts';
import { PrometheusConnection } from './prometheus-connection.ts';
import { readResponse } from './prometheus-response.ts';

export interface PrometheusDependencies {
  clock: Clock;
  observer?: MetricsSourceObserver;
  /** A larger answer is refused, so that no query can take the controller's memory. Default: 16 MiB. */
  maxAnswerBytes?: number;
}

/** A source that is ill is left alone for this long, then asked once. Short: an answer is what a gate waits for. */
const breakerOptions = { failureThreshold: 5, openMs: 10_000 };

/** `MetricsSource` over Prometheus' HTTP API, or that of a backend that speaks it. One for each configured source. */
export class PrometheusMetricsSource extends MetricsSource {
  readonly name: string;
  readonly scrapeIntervalMs: number;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #observer: MetricsSourceObserver | undefined;
  readonly #connection: PrometheusConnection;
  readonly #breaker: CircuitBreaker;

  constructor(config: MetricsSourceConfig, { clock, observer, maxAnswerBytes }: PrometheusDependencies) {
    super();
    this.name = config.name;
    this.scrapeIntervalMs = config.scrapeIntervalMs;
    this.#timeoutMs = config.timeoutMs;
    this.#clock = clock;
    this.#observer = observer;
    this.#connection = new PrometheusConnection(config, maxAnswerBytes ?? 16 * 2 ** 20);
    this.#breaker = new CircuitBreaker(`metrics source ${config.name}`, clock, {
      ...breakerOptions,
      isFailure: (error) => isIllness(error),
    });
  }

  override get circuit(): CircuitState {
    return this.#breaker.state;
  }

  instant(
    query: string,
    { atMs, signal }: { atMs?: number; signal?: AbortSignal } = {},
  ): Promise<QueryResult> {
    return this.#ask('/api/v1/query', { query, ...(atMs !== undefined && { time: seconds(atMs) }) }, signal);
  }

  range(
    query: string,
    { startMs, endMs, stepMs, signal }: QueryRange & { signal?: AbortSignal },
  ): Promise<QueryResult> {
    const form = { query, start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) };
    return this.#ask('/api/v1/query_range', form, signal);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #ask(
    path: string,
    form: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<QueryResult> {
    const startedMs = this.#clock.monotonic();
    const report = (result: 'success' | MetricsError['kind']) =>
      this.#observer?.queried({ source: this.name, result, durationMs: this.#clock.monotonic() - startedMs });
    try {
      const result = await this.#breaker.run(() => this.#post(path, form, signal));
      report('success');
      return result;
    } catch (error) {
      const failure = asMetricsError(error);
      report(failure.kind);
      throw failure;
    }
  }

  async #post(
    path: string,
    form: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<QueryResult> {
    // The server gives up at the same time as we do, so that nothing runs on for nobody.
    const limited = { ...form, timeout: `${this.#timeoutMs}ms` };
    try {
      const what = `the query to ${this.name}`;
      return await withTimeLimit(what, this.#timeoutMs, this.#clock, signal, async (limit) =>
        readResponse(await this.#connection.post(path, limited, limit)),
      );
    } catch (error) {
      if (signal?.aborted) throw new QueryCancelledError({ cause: error });
      throw asMetricsError(error);
    }
  }
}

function asMetricsError(error: unknown): MetricsError {
  if (error instanceof MetricsError) return error;
  if (error instanceof CircuitOpenError)
    return new MetricsError('breakerOpen', error.message, { cause: error });
  if (error instanceof TimeLimitError) return new MetricsError('timeout', error.message, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new MetricsError('badAnswer', message, { cause: error });
}

/** A time or a span as Prometheus reads it. */
const seconds = (timeMs: number) => (timeMs / 1000).toFixed(3);
