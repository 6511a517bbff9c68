import type { QueryResult } from '../domain/analysis/measurement.ts';
import type { CircuitState } from '../runtime/circuit-breaker.ts';
import { QueryCancelledError } from './metrics-error.ts';
import { MetricsSource, type QueryRange } from './metrics-source.ts';

/** Answers that are kept at most. */
const mostKept = 1000;

interface Shared {
  answer: Promise<QueryResult>;
  /** Who waits for it; the request ends when nobody does. */
  askers: number;
  cancel: AbortController;
}

/**
 * A source that is asked the same question for the same time only once: ModelDeployments that use one MetricTemplate ask together.
 *
 * Guarantees: whoever asks gets the answer to its very query at its very time. One that gives up ends the request only when nobody else
 * waits for it. A failure is told to those who wait, and the next one asks anew. Answers are kept while the same interval's looks may ask for
 * them (`scrapeIntervalMs`), raw samples are not: they are large, and each rollout has its own. Errors: those of the source behind it.
 */
export class SharedQueries extends MetricsSource {
  readonly #source: MetricsSource;
  readonly #underWay = new Map<string, Shared>();
  /** By question, the oldest first. */
  readonly #kept = new Map<string, { atMs: number; answer: QueryResult }>();
  #newestMs = -Infinity;

  constructor(source: MetricsSource) {
    super();
    this.#source = source;
  }

  get name(): string {
    return this.#source.name;
  }

  get scrapeIntervalMs(): number {
    return this.#source.scrapeIntervalMs;
  }

  override get circuit(): CircuitState | undefined {
    return this.#source.circuit;
  }

  async instant(
    query: string,
    { atMs, signal }: { atMs?: number; signal?: AbortSignal } = {},
  ): Promise<QueryResult> {
    if (atMs === undefined) return await this.#source.instant(query, { signal });
    const question = `${atMs} ${query}`;
    const known = this.#kept.get(question);
    if (known) return known.answer;
    const shared = this.#underWay.get(question) ?? this.#ask(question, query, atMs);
    return await this.#waitFor(shared, signal);
  }

  range(query: string, range: QueryRange & { signal?: AbortSignal }): Promise<QueryResult> {
    return this.#source.range(query, range);
  }

  close(): Promise<void> {
    this.#kept.clear();
    return this.#source.close();
  }

  #ask(question: string, query: string, atMs: number): Shared {
    const cancel = new AbortController();
    const answer = this.#source.instant(query, { atMs, signal: cancel.signal });
    const shared: Shared = { answer, askers: 0, cancel };
    this.#underWay.set(question, shared);
    const end = () => {
      if (this.#underWay.get(question) === shared) this.#underWay.delete(question);
    };
    answer.then((result) => {
      end();
      this.#keep(question, atMs, result);
    }, end);
    return shared;
  }

  async #waitFor(shared: Shared, signal: AbortSignal | undefined): Promise<QueryResult> {
    shared.askers += 1;
    let giveUp = () => {};
    try {
      return await Promise.race([
        shared.answer,
        new Promise<never>((_, reject) => {
          giveUp = () => reject(new QueryCancelledError({ cause: signal?.reason }));
          if (signal?.aborted) giveUp();
          else signal?.addEventListener('abort', giveUp, { once: true });
        }),
      ]);
    } finally {
      signal?.removeEventListener('abort', giveUp);
      shared.askers -= 1;
      if (shared.askers === 0) shared.cancel.abort();
    }
  }

  #keep(question: string, atMs: number, answer: QueryResult): void {
    if (answer.kind === 'matrix') return;
    this.#newestMs = Math.max(this.#newestMs, atMs);
    this.#kept.set(question, { atMs, answer });
    for (const [oldest, kept] of this.#kept) {
      const isOver = kept.atMs < this.#newestMs - this.#source.scrapeIntervalMs;
      if (!isOver && this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
  }
}
