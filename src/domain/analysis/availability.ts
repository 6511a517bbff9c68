import type { Reason } from '../../api/reasons.ts';
import type { Judgement } from './judge.ts';
import type { MetricsState } from './measurement.ts';
import type { MetricReason } from './metric-finding.ts';

/** What the condition AnalysisAvailable says. */
export interface Availability {
  available: boolean;
  reason: Reason;
  message: string;
}

/** The reasons of silent metrics in the words of conditions; all others are NoData. */
const conditionReasons: Partial<Record<MetricReason, Reason>> = {
  UnknownSource: 'UnknownSource',
  UnknownPreset: 'UnknownPreset',
  SourceUnavailable: 'SourceUnavailable',
  QueryFailed: 'QueryFailed',
  InvalidQuery: 'QueryFailed',
  InvalidExpression: 'QueryFailed',
  QueryAmbiguous: 'QueryAmbiguous',
};

/**
 * Whether the gate has the metrics that it needs, for the condition. One silent metric is enough for a no. Undefined while the
 * source has not answered: then the condition stays as it is.
 */
export function analysisAvailability(
  measurements: MetricsState,
  judgement: Judgement,
): Availability | undefined {
  const { metrics, message, pending } = judgement;
  if (measurements.kind === 'notConfigured') {
    const words = 'the controller has no metrics source: gates pass by hold and readiness';
    return { available: false, reason: 'NotConfigured', message: words };
  }
  if (metrics.length === 0) return { available: true, reason: 'NoMetrics', message };
  if (pending) return undefined;
  const silent = metrics.filter(({ verdict }) => verdict === 'NoData');
  if (silent.length > 0) {
    const first = conditionReasons[silent[0]!.reason] ?? 'NoData';
    return { available: false, reason: first, message: silent.map((metric) => metric.message).join('; ') };
  }
  return {
    available: true,
    reason: 'AnalysisAvailable',
    message: 'all metrics that the gate asks for are measured',
  };
}
