import type { QueryResult } from '../../../src/domain/analysis/measurement.ts';
import { MetricsError } from '../../../src/metrics-source/metrics-error.ts';
import { MetricsSource } from '../../../src/metrics-source/metrics-source.ts';
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
 * A Prometheus by word of the test, on the virtual clock. A query is known by its first word; what nothing is said of is empty, such
 * as the counters of a gateway through which nobody sends anything.
 */
export class ScriptedAnswers extends MetricsSource {
  readonly name = 'default';
  readonly scrapeIntervalMs = 5_000;
  /** Every query that was asked, with its time on the virtual clock. */
  readonly asked: { query: string; atMs: number }[] = [];
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer>();

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  /** From now on. */
  say(metric: string, answer: Answer): void {
    this.#answers.set(metric, answer);
  }

  /** The queries of one metric. */
  askedOf(metric: string): string[] {
    return this.asked.map(({ query }) => query).filter((query) => firstWord(query) === metric);
  }

  async instant(query: string, { signal }: { signal?: AbortSignal } = {}): Promise<QueryResult> {
    const atMs = this.#clock.monotonic();
    this.asked.push({ query, atMs });
    const answer = this.#answers.get(firstWord(query)) ?? 'empty';
    if (typeof answer !== 'object') return resultOf(answer, this.#clock.now());
    await this.#clock.sleep(Math.min(answer.afterMs, timeoutMs), signal);
    if (answer.afterMs > timeoutMs) throw new MetricsError('timeout', 'no answer within 10s');
    return resultOf(answer.number, this.#clock.now());
  }

  range(): Promise<QueryResult> {
    return Promise.reject(new MetricsError('badQuery', 'scripted answers are for instant queries'));
  }

  async close(): Promise<void> {}
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
