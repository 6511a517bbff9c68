import type { MeasurementFailure, MetricsErrorKind } from '../domain/analysis/measurement.ts';

/** Why a metrics source gave no answer. Its message is for people, and holds no credential. */
export class MetricsError extends Error {
  override readonly name = 'MetricsError';
  readonly kind: MetricsErrorKind;

  constructor(kind: MetricsErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }

  /** Any thrown thing as the failure that the domain knows. */
  static toFailure(error: unknown): MeasurementFailure {
    if (error instanceof MetricsError) return { kind: error.kind, message: error.message };
    return { kind: 'badAnswer', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Whoever asked does not want the answer any more. Says nothing about the source. */
export class QueryCancelledError extends MetricsError {
  constructor(options?: { cause?: unknown }) {
    super('timeout', 'the query was cancelled before its answer came', options);
  }
}

/** Failures that say that the source itself is ill, whatever was asked. */
const illnesses: ReadonlySet<MetricsErrorKind> = new Set([
  'unreachable',
  'timeout',
  'serverError',
  'redirected',
  'badAnswer',
]);

/**
 * Whether a failure counts for the circuit breaker. A query that is wrong, refused, too large or not wanted any more says nothing
 * about the source: one bad query must not close it for everybody else (law 17).
 */
export const isIllness = (error: unknown): boolean =>
  error instanceof MetricsError && !(error instanceof QueryCancelledError) && illnesses.has(error.kind);
