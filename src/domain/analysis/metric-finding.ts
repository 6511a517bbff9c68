import type { Verdict } from '../../api/phase.ts';
import type { Counts } from './arm-counts.ts';

/** Why a metric has its verdict. Each belongs to one verdict. */
export const metricReasons = {
  // Pass
  WithinLimit: 'Enough was measured, and it lies within the limit.',
  NotConfigured: 'The controller has no metrics source: the gate passes by hold and readiness.',
  // Fail
  LimitExceeded: 'Enough was measured, and it lies beyond the limit.',
  // Inconclusive
  TooFewRequests: 'The candidate has not had `minRequests` on this step yet.',
  FailureTolerated: 'The last measurement failed, and `failureLimit` tolerates it.',
  NoConditionMet: 'Neither `pass` nor `fail` is true of the last measurement.',
  Pending: 'The source has been asked and has not answered yet.',
  // NoData
  NoRequests: 'The source is alive, and the candidate got no request on this step.',
  NoSamples: 'The source has no samples of what is asked for.',
  StaleSamples: 'The newest sample is older than three scrape intervals.',
  EmptyResult: 'The query gives nothing.',
  NotANumber: 'The query gives NaN or infinity.',
  QueryAmbiguous: 'The query gives several series where one number is needed.',
  NoBucket: 'No bucket of the histogram ends at or below the threshold.',
  NotMeasured: 'The source was not asked for this metric.',
  UnknownSource: 'The named source is none of the controller.',
  UnknownPreset: 'Nobody knows how to count requests at this router.',
  SourceUnavailable: 'The source cannot be reached, is too slow, or answers with an error.',
  QueryFailed: 'The source refuses the query, or its answer is too large.',
  InvalidQuery: 'The query names a variable that does not exist.',
  InvalidExpression: '`pass` or `fail` is no valid condition.',
} as const;

export type MetricReason = keyof typeof metricReasons;

/** What one metric says in one pass. */
export interface MetricFinding {
  name: string;
  verdict: Verdict;
  reason: MetricReason;
  /** In words, with the numbers. */
  message: string;
  /** The share of bad requests of the candidate (0 to 1), or the number that the query gave. */
  value?: number;
  /** Counted on this step. Only for metrics that count. */
  candidate?: Counts;
  stable?: Counts;
}

/** From the most to the least important: a Fail is not hidden by another metric's silence. */
const worstFirst: readonly Verdict[] = ['Fail', 'NoData', 'Inconclusive', 'Pass'];

/** The worst finding, or undefined for none. Of several that are equally bad, the first. */
export function worstFinding(findings: readonly MetricFinding[]): MetricFinding | undefined {
  for (const verdict of worstFirst) {
    const found = findings.find((finding) => finding.verdict === verdict);
    if (found) return found;
  }
  return undefined;
}
