import type { QueryResult } from '../../../src/domain/analysis/measurement.ts';
import { MetricsError } from '../../../src/metrics-source/metrics-error.ts';
import { MetricsSource, type QueryRange } from '../../../src/metrics-source/metrics-source.ts';
import type { Clock } from '../../../src/runtime/clock.ts';

/** What the source says to a query: a number, or one of the ways in which it can be of no use. */
export type Answer =
  | number
  | 'empty'
  | 'NaN'
  | 'several series'
  | 'a range'
  | 'server error'
  | 'unreachable'
  | { number: number; afterMs: number };

const timeoutMs = 10_000;

/**
 * A Prometheus by word of the test: a query is known by its first word. What nothing is said of goes on to the Prometheus of the
 * simulated world, such as the counters of the gateway.
 */
export class ScriptedAnswers extends MetricsSource {
  readonly name = 'default';
  readonly scrapeIntervalMs: number;
  /** Every query that was asked. */
  readonly asked: string[] = [];
  readonly #clock: Clock;
  readonly #behind: MetricsSource;
  readonly #answers = new Map<string, Answer>();

  constructor(clock: Clock, behind: MetricsSource) {
    super();
    this.#clock = clock;
    this.#behind = behind;
    this.scrapeIntervalMs = behind.scrapeIntervalMs;
  }

  /** From now on. */
  say(metric: string, answer: Answer): void {
    this.#answers.set(metric, answer);
  }

  /** The queries of one metric. */
  askedOf(metric: string): string[] {
    return this.asked.filter((query) => firstWord(query) === metric);
  }

  async instant(query: string, options: { atMs?: number; signal?: AbortSignal } = {}): Promise<QueryResult> {
    this.asked.push(query);
    const answer = this.#answers.get(firstWord(query));
    if (answer === undefined) return this.#behind.instant(query, options);
    if (typeof answer !== 'object') return resultOf(answer, this.#clock.now());
    await this.#clock.sleep(Math.min(answer.afterMs, timeoutMs), options.signal);
    if (answer.afterMs > timeoutMs) throw new MetricsError('timeout', 'no answer within 10s');
    return resultOf(answer.number, this.#clock.now());
  }

  range(query: string, range: QueryRange & { signal?: AbortSignal }): Promise<QueryResult> {
    return this.#behind.range(query, range);
  }

  close(): Promise<void> {
    return this.#behind.close();
  }
}

const firstWord = (query: string): string => /^\w*/.exec(query)![0];

function resultOf(answer: Exclude<Answer, object>, timeMs: number): QueryResult {
  const warnings: string[] = [];
  const series = { labels: {}, timeMs, value: 1 };
  switch (answer) {
    case 'empty':
      return { kind: 'empty', warnings };
    case 'NaN':
      return { kind: 'nan', value: 'NaN', warnings };
    case 'several series':
      return { kind: 'vector', series: [series, { ...series, labels: { pod: 'b' } }], warnings };
    case 'a range':
      return { kind: 'matrix', series: [{ labels: {}, samples: [[timeMs, 1]] }], warnings };
    case 'server error':
      throw new MetricsError('serverError', 'answered 503');
    case 'unreachable':
      throw new MetricsError('unreachable', 'connection refused');
    default:
      return { kind: 'value', value: answer, timeMs, labels: {}, warnings };
  }
}
