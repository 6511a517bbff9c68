import type { Verdict } from '../../api/phase.ts';
import type { Reason } from '../../api/reasons.ts';
import type { Counts } from './arm-counts.ts';

/** Why a metric has its verdict. Each belongs to one verdict; `src/api/reasons.ts` says what it means. */
export type MetricReason = Extract<
  Reason,
  // Pass
  | 'NoHarm'
  | 'WithinLimit'
  | 'NotConfigured'
  // Fail
  | 'HarmDetected'
  | 'LimitExceeded'
  | 'WorseThanStable'
  // Inconclusive
  | 'TooFewRequests'
  | 'NotDecided'
  | 'TooFewMeasurements'
  | 'FailureTolerated'
  | 'NoConditionMet'
  | 'WaitingForSource'
  // NoData
  | 'NoRequests'
  | 'NoSamples'
  | 'StaleSamples'
  | 'EmptyResult'
  | 'NotANumber'
  | 'QueryAmbiguous'
  | 'TooManySeries'
  | 'PartialResult'
  | 'NoBucket'
  | 'NotMeasured'
  | 'UnknownSource'
  | 'UnknownPreset'
  | 'NotInPreset'
  | 'SourceUnavailable'
  | 'QueryFailed'
  | 'InvalidQuery'
  | 'InvalidExpression'
>;

/** What one metric says in one pass. */
export interface MetricFinding {
  name: string;
  verdict: Verdict;
  reason: MetricReason;
  /** In words, with the numbers. */
  message: string;
  /** It is shown, and decides nothing. */
  dryRun?: true;
  /** The share of bad requests of the candidate (0 to 1), or the number that the query gave. */
  value?: number;
  /** Counted on this step. Only for metrics that count. */
  candidate?: Counts;
  stable?: Counts;
}

/** From the most to the least important: a Fail is not hidden by another metric's silence. */
const worstFirst: readonly Verdict[] = ['Fail', 'NoData', 'Inconclusive', 'Pass'];

/** The worst finding that is heard, or undefined for none. Of several that are equally bad, the first. */
export function worstFinding(findings: readonly MetricFinding[]): MetricFinding | undefined {
  for (const verdict of worstFirst) {
    const found = findings.find((finding) => finding.verdict === verdict && !finding.dryRun);
    if (found) return found;
  }
  return undefined;
}
