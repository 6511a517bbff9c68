import type { MetricsErrorKind } from '../domain/analysis/measurement.ts';

/** One query to a source, and how it ended. */
export interface SourceQuery {
  source: string;
  result: 'success' | MetricsErrorKind;
  durationMs: number;
}

/** Hears of every query, for the controller's own metrics. Must not throw. */
export interface MetricsSourceObserver {
  queried(query: SourceQuery): void;
}
