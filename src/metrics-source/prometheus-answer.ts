import { z } from 'zod';
import type { QueryResult, ValueSeries } from '../domain/analysis/measurement.ts';
import { MetricsError } from './metrics-error.ts';
import { asBuckets, NativeHistogram } from './native-histograms.ts';

const Labels = z.record(z.string(), z.string());
const Point = z.tuple([z.number(), z.string()]);

const Data = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('scalar'), result: Point }),
  z.object({ resultType: z.literal('string'), result: z.unknown() }),
  z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: Labels, value: Point.optional() })),
  }),
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric: Labels,
        values: z.array(Point).default([]),
        histograms: z.array(NativeHistogram).default([]),
      }),
    ),
  }),
]);

const Success = z.object({
  status: z.literal('success'),
  data: Data,
  warnings: z.array(z.string()).optional(),
  // VictoriaMetrics' word for an answer without some of its storage nodes.
  isPartial: z.boolean().optional(),
});
const Failure = z.object({
  status: z.literal('error'),
  errorType: z.string().default(''),
  error: z.string().default(''),
});

/** At most this much of a text that a server sent goes into a message. */
const quotedLength = 300;
export const shortened = (text: string): string =>
  text.length > quotedLength ? `${text.slice(0, quotedLength)}...` : text;

/** Reads a successful answer of Prometheus' query API. Throws `MetricsError` of kind `badAnswer`. */
export function readAnswer(body: string): QueryResult {
  const parsed = Success.safeParse(parseJson(body));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new MetricsError(
      'badAnswer',
      `the answer is none of Prometheus: ${issue.path.join('.')}: ${issue.message}`,
    );
  }
  const { data, warnings = [], isPartial = false } = parsed.data;
  const partial = isPartial || warnings.some((warning) => !isAboutQuery(warning));
  return { warnings: warnings.map(shortened), ...(partial && { partial }), ...readData(data) };
}

/** Prometheus' own remarks on a query. Others, such as those of Thanos and of remote reads, say that something did not answer. */
const isAboutQuery = (warning: string): boolean => /^PromQL (warning|info)\b/.test(warning);

/** What a refusing answer says of its reason: its own words when it is Prometheus' JSON, else the start of its text. */
export function readRefusal(body: string): { errorType: string; message: string } {
  try {
    const parsed = Failure.safeParse(JSON.parse(body));
    if (parsed.success) return { errorType: parsed.data.errorType, message: shortened(parsed.data.error) };
  } catch {
    // It is no JSON: a proxy's page, perhaps. Its text is all there is.
  }
  return { errorType: '', message: shortened(body.replaceAll(/\s+/g, ' ').trim()) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MetricsError(
      'badAnswer',
      `the answer is no JSON: ${JSON.stringify(shortened(body.slice(0, 100)))}`,
      { cause },
    );
  }
}

// One conditional type for the whole union: warnings are added by the caller.
type Unwarned = QueryResult extends infer R
  ? R extends unknown
    ? Omit<R, 'warnings' | 'partial'>
    : never
  : never;

function readData(data: z.infer<typeof Data>): Unwarned {
  switch (data.resultType) {
    case 'scalar':
      return ofOne({ labels: {}, ...readPoint(data.result) });
    case 'string':
      throw new MetricsError('badAnswer', 'the query gives a string; accepted: a number, series or samples');
    case 'vector': {
      const series = data.result.map(({ metric, value }): ValueSeries => {
        if (!value)
          throw new MetricsError('badAnswer', 'the query gives a native histogram; accepted: numbers');
        return { labels: metric, ...readPoint(value) };
      });
      if (series.length === 0) return { kind: 'empty' };
      return series.length === 1 ? ofOne(series[0]!) : { kind: 'vector', series };
    }
    case 'matrix': {
      const counters = data.result.map(({ metric, values }) => ({
        labels: metric,
        samples: values.map(readSample),
      }));
      const native = data.result.flatMap(({ metric, histograms }) =>
        histograms.length > 0 ? [{ labels: metric, histograms }] : [],
      );
      const series = [...counters, ...asBuckets(native)].filter(({ samples }) => samples.length > 0);
      return series.length === 0 ? { kind: 'empty' } : { kind: 'matrix', series };
    }
  }
}

function ofOne(series: ValueSeries): Unwarned {
  if (Number.isFinite(series.value)) return { kind: 'value', ...series };
  return { kind: 'nan', value: Number.isNaN(series.value) ? 'NaN' : series.value > 0 ? '+Inf' : '-Inf' };
}

const readPoint = (point: [number, string]) => {
  const [timeMs, value] = readSample(point);
  return { timeMs, value };
};

/** Seconds with up to three decimals, and a number as text. */
function readSample([seconds, text]: [number, string]): [number, number] {
  return [Math.round(seconds * 1000), readNumber(text)];
}

function readNumber(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  const value = Number(text);
  if (text.trim() === '' || (Number.isNaN(value) && text !== 'NaN')) {
    throw new MetricsError('badAnswer', `${JSON.stringify(shortened(text))} is no number`);
  }
  return value;
}
