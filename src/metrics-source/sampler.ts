import type { MeasurementRequest, MeasurementResult, MetricsState } from '../domain/analysis/measurement.ts';
import { TimeLimitError, withTimeLimit } from '../runtime/abortable.ts';
import type { Clock } from '../runtime/clock.ts';
import { MetricsError } from './metrics-error.ts';
import type { MetricsSource } from './metrics-source.ts';
import type { MetricsSources } from './metrics-sources.ts';
import { Turnstile } from '../runtime/turnstile.ts';

export interface SamplerOptions {
  /** Queries that are under way at once at one source; the others wait. Default: 4. */
  maxConcurrent?: number;
  /** How long a query may wait and run altogether. Default: 60 s. The source's own timeout ends it sooner, once it runs. */
  deadlineMs?: number;
}

/** Results that nobody asked for during this time are dropped: raw samples take memory, and their rollout is over. */
const keepMs = 600_000;

interface Measurement {
  slot: string;
  scope: string;
  /** A pass has seen the results. */
  delivered: boolean;
  askedMs: number;
  state: MetricsState;
  cancel: AbortController;
}

/**
 * Measures in the background, so that no pass ever waits for a metrics source (law 17).
 *
 * Flow: a pass asks for what it needs in a slot (rollout, step, interval); the first time this starts the queries and says
 * `pending`; when they have all ended, the key is handed to `onResult`, and the pass that follows gets the results with
 * the same slot. Guarantees: each query of a slot is sent once; a failure is a result like any other; a new scope drops the old
 * one and its queries; within a scope an answer that takes longer than its slot is waited for and delivered once, so that a slow
 * source is heard at its own pace, and its timeout is heard of (law 9); a slow source takes turns from its own queries only; nothing is thrown and no rejection is left.
 * Assumption: slots of one key are asked for one after the other.
 */
export class MetricsSampler {
  readonly #sources: MetricsSources;
  readonly #clock: Clock;
  readonly #onResult: (key: string) => void;
  readonly #deadlineMs: number;
  readonly #maxConcurrent: number;
  readonly #measurements = new Map<string, Measurement>();
  readonly #turnstiles = new Map<string, Turnstile>();

  constructor(
    sources: MetricsSources,
    clock: Clock,
    onResult: (key: string) => void,
    options: SamplerOptions = {},
  ) {
    this.#sources = sources;
    this.#clock = clock;
    this.#onResult = onResult;
    this.#deadlineMs = options.deadlineMs ?? 60_000;
    this.#maxConcurrent = options.maxConcurrent ?? 4;
  }

  /**
   * What is known for the slot by now. `scope` is what slots have in common whose answers are as good as each other's:
   * the step of a rollout. All requests must name the same source. Never blocks, never throws.
   */
  measure(
    key: string,
    slot: string,
    requests: readonly MeasurementRequest[],
    scope: string = slot,
  ): MetricsState {
    if (this.#sources.names.length === 0) return { kind: 'notConfigured' };
    const askedMs = this.#clock.monotonic();
    const known = this.#measurements.get(key);
    if (known && (known.slot === slot || (known.scope === scope && !known.delivered))) {
      known.askedMs = askedMs;
      known.delivered = known.state.kind === 'measured';
      return known.state;
    }
    this.forget(key);
    this.#dropUnwanted(askedMs);

    const unknown = requests.find(({ source }) => !this.#sources.get(source));
    if (unknown) return { kind: 'unknownSource', name: unknown.source };
    const measurement: Measurement = {
      slot,
      scope,
      delivered: false,
      askedMs,
      state: { kind: 'pending' },
      cancel: new AbortController(),
    };
    this.#measurements.set(key, measurement);
    void this.#run(key, measurement, requests);
    return measurement.state;
  }

  /** Drops what is known of the key and cancels its queries. */
  forget(key: string): void {
    this.#measurements.get(key)?.cancel.abort();
    this.#measurements.delete(key);
  }

  /** Cancels everything, for the end of the program. */
  close(): void {
    for (const key of [...this.#measurements.keys()]) this.forget(key);
  }

  #dropUnwanted(nowMs: number): void {
    for (const [key, { askedMs }] of this.#measurements) if (nowMs - askedMs > keepMs) this.forget(key);
  }

  async #run(key: string, measurement: Measurement, requests: readonly MeasurementRequest[]): Promise<void> {
    const results = await Promise.all(
      requests.map((request) => this.#query(request, measurement.cancel.signal)),
    );
    if (this.#measurements.get(key) !== measurement) return;
    const atMs = requests.reduce((newest, request) => Math.max(newest, request.atMs), 0) || this.#clock.now();
    measurement.state = { kind: 'measured', atMs, results };
    this.#onResult(key);
  }

  async #query(
    { id, source, query, atMs }: MeasurementRequest,
    cancelled: AbortSignal,
  ): Promise<MeasurementResult> {
    try {
      const result = await withTimeLimit(
        'the measurement',
        this.#deadlineMs,
        this.#clock,
        cancelled,
        (signal) =>
          this.#turnstile(source).pass(signal, () => this.#source(source).instant(query, { atMs, signal })),
      );
      return { id, result };
    } catch (error) {
      const failure =
        error instanceof TimeLimitError
          ? new MetricsError('timeout', error.message, { cause: error })
          : error;
      return { id, failure: MetricsError.toFailure(failure) };
    }
  }

  #source(name: string): MetricsSource {
    const source = this.#sources.get(name);
    if (!source) throw new MetricsError('unreachable', `the controller has no metrics source named ${name}`);
    return source;
  }

  #turnstile(source: string): Turnstile {
    let turnstile = this.#turnstiles.get(source);
    if (!turnstile) this.#turnstiles.set(source, (turnstile = new Turnstile(this.#maxConcurrent)));
    return turnstile;
  }
}
