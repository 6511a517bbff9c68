import type { ConditionTarget } from '../../api/query-metric.ts';
import { freshForMs } from './count-families.ts';
import { mostSeries } from './expression-limits.ts';
import { type ConditionResult, Series } from './expression.ts';
import type { Labels, QueryResult, ValueSeries } from './measurement.ts';
import type { MetricReason } from './metric-finding.ts';
import { number, seconds } from './words.ts';

/** What a condition may be asked about, or why it is not asked (law 9). */
export type Judgeable =
  | {
      kind: 'judgeable';
      result: ConditionResult;
      /** What the query gave, in words. */
      words: string;
      /** Of a result that is one number. */
      value?: number;
    }
  | { kind: 'noData'; reason: MetricReason; message: string };

/** When the question was asked, and how often there are samples. */
export interface ResultAge {
  atMs: number;
  scrapeIntervalMs: number;
}

const noData = (reason: MetricReason, message: string): Judgeable => ({ kind: 'noData', reason, message });

/**
 * One rule for every answer: a metric says what it expects, and what is anything else, or not all of it, is no data. It is decided
 * before any condition is asked, because every comparison with NaN is false, and everything is true of an empty list (law 9).
 */
export function judgeable(
  result: QueryResult,
  { resultType = 'scalar', nullable = false }: ConditionTarget,
  age: ResultAge,
): Judgeable {
  if (result.partial) return noData('PartialResult', `a part is missing: ${result.warnings.join('; ')}`);
  switch (result.kind) {
    case 'empty':
      return nullable
        ? { kind: 'judgeable', result: null, words: 'nothing' }
        : noData('EmptyResult', 'the query gives nothing');
    case 'nan':
      return noData('NotANumber', `the query gives ${result.value}, which is no number to judge`);
    case 'matrix':
      return noData(
        'QueryAmbiguous',
        `the query gives samples of ${result.series.length} series where numbers are needed: apply a function to the range`,
      );
    case 'value':
      return ofSeries([result], resultType, age);
    case 'vector':
      return ofSeries(result.series, resultType, age);
  }
}

function ofSeries(
  unordered: readonly ValueSeries[],
  resultType: 'scalar' | 'vector',
  { atMs, scrapeIntervalMs }: ResultAge,
): Judgeable {
  // A source sends them in any order, and words that change by themselves would be status writes (law 15).
  const series = unordered
    .map((one) => ({ ...one, words: labelsInWords(one.labels) }))
    .sort((left, right) => (left.words < right.words ? -1 : 1));
  const some = (words: (one: (typeof series)[number]) => string) =>
    [...series.slice(0, mostNamed).map(words), ...(series.length > mostNamed ? ['...'] : [])].join(', ');
  if (resultType === 'scalar' && series.length > 1) {
    return noData(
      'QueryAmbiguous',
      `the query gives ${series.length} series where one number is needed (${some(({ words }) => words)}): aggregate them, or say resultType: vector`,
    );
  }
  if (series.length > mostSeries) {
    return noData(
      'TooManySeries',
      `the query gives ${series.length} series; accepted: at most ${mostSeries}`,
    );
  }
  const odd = series.find(({ value }) => !Number.isFinite(value));
  if (odd)
    return noData('NotANumber', `the query gives ${odd.value} for ${odd.words}, which is no number to judge`);
  const oldestMs = Math.min(...series.map(({ timeMs }) => timeMs));
  if (atMs - oldestMs > freshForMs(scrapeIntervalMs)) {
    return noData(
      'StaleSamples',
      `the answer is of ${new Date(oldestMs).toISOString()}, at one sample every ${seconds(scrapeIntervalMs)}`,
    );
  }
  const [first] = series;
  if (resultType === 'scalar') {
    const { value } = first!;
    return { kind: 'judgeable', result: value, words: number(value), value };
  }
  return {
    kind: 'judgeable',
    result: series.map(({ labels, value }) => new Series(labels, value)),
    words: `${series.length} series: ${some(({ words, value }) => `${words} ${number(value)}`)}`,
    ...(series.length === 1 && { value: first!.value }),
  };
}

/** So many series are named in a message. */
const mostNamed = 4;

function labelsInWords(labels: Labels): string {
  const shown = Object.entries(labels)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${shown.join(',')}}`;
}
