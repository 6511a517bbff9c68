import type { MeasurementFailure, MetricsErrorKind } from './measurement.ts';
import type { MetricFinding, MetricReason } from './metric-finding.ts';

const reasonOf: Record<MetricsErrorKind, MetricReason> = {
  unreachable: 'SourceUnavailable',
  timeout: 'SourceUnavailable',
  serverError: 'SourceUnavailable',
  unauthorized: 'SourceUnavailable',
  redirected: 'SourceUnavailable',
  badAnswer: 'SourceUnavailable',
  breakerOpen: 'SourceUnavailable',
  badQuery: 'QueryFailed',
  tooLarge: 'QueryFailed',
};

/** A question that failed is NoData, never a Fail (law 9). */
export function failureFinding(name: string, failure: MeasurementFailure): MetricFinding {
  return { name, verdict: 'NoData', reason: reasonOf[failure.kind], message: `${name}: ${failure.message}` };
}
