/**
 * What the domain knows of measurements: what it asks a metrics source, and what came back. Plain data; the adapters in
 * `src/metrics-source` fill it. Times are milliseconds since the epoch, by the clock of the metrics source.
 */

export type Labels = Readonly<Record<string, string>>;

/** One scraped sample. */
export type Sample = readonly [timeMs: number, value: number];

/** A series with its raw samples, the oldest first. */
export interface SampleSeries {
  labels: Labels;
  samples: readonly Sample[];
}

/** A series with one value. */
export interface ValueSeries {
  labels: Labels;
  timeMs: number;
  value: number;
}

/** The typed answer to a query. What is not one finite number says what it is instead (law 9). */
export type QueryResult = {
  /** What the source wants said about its answer: that it may be partial, for instance. */
  warnings: readonly string[];
  /** Not all of the source answered: series may be missing. */
  partial?: true;
} & (
  | ({ kind: 'value' } & ValueSeries)
  /** Several series with one value each; a number in them may be no finite one. */
  | { kind: 'vector'; series: readonly ValueSeries[] }
  /** Raw samples of a range selector, or the points of a range query. */
  | { kind: 'matrix'; series: readonly SampleSeries[] }
  | { kind: 'empty' }
  | { kind: 'nan'; value: 'NaN' | '+Inf' | '-Inf' }
);

/** How a metrics source can fail. */
export const metricsErrorKinds = [
  'unreachable',
  'timeout',
  'badQuery',
  'unauthorized',
  'serverError',
  'tooLarge',
  'redirected',
  'badAnswer',
  'breakerOpen',
] as const;
export type MetricsErrorKind = (typeof metricsErrorKinds)[number];

/** A question to a metrics source: an instant query at a time. */
export interface MeasurementRequest {
  /** Tells the requests of one plan apart. */
  id: string;
  /** The name of the configured source. */
  source: string;
  query: string;
  atMs: number;
}

/** A failed question. */
export interface MeasurementFailure {
  kind: MetricsErrorKind;
  message: string;
}

/** The answer to the request with the same id: exactly one of `result` and `failure`. */
export type MeasurementResult =
  | { id: string; result: QueryResult; failure?: undefined }
  | { id: string; failure: MeasurementFailure; result?: undefined };

/** What is known of a rollout's metrics in one pass. */
export type MetricsState =
  /** The controller has no metrics source at all: gates pass by hold and readiness. */
  | { kind: 'notConfigured' }
  /** The plan names a source that the controller does not have. */
  | { kind: 'unknownSource'; name: string }
  /** Nobody knows how this router counts requests. */
  | { kind: 'noPreset'; message: string }
  /** The questions have been asked; the answers come in a later pass (law 17). */
  | { kind: 'pending' }
  /** `atMs` is the time that the questions were asked for. */
  | { kind: 'measured'; atMs: number; results: readonly MeasurementResult[] };
