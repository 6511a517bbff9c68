import type { ArmCounts } from './arm-counts.ts';
import type { MetricReason } from './metric-finding.ts';

/** What a metric that counts may not exceed. */
export interface CountLimits {
  /** The greatest share of bad requests of the candidate, 0 to 1. */
  max: number;
  /** No Pass before the candidate had this many requests on the step. */
  minRequests: number;
}

export interface TestFinding {
  verdict: 'Pass' | 'Fail' | 'Inconclusive';
  reason: MetricReason;
}

/**
 * A test over counts, fed interval by interval. Its state is plain data, which the evidence keeps: a test that was cut
 * off by a restart goes on where it stood.
 *
 * A plain threshold needs the sums only; a sequential test keeps factors that each interval multiplies.
 */
export interface MetricTest<State> {
  start(): State;
  /** Takes in what both arms gained in one interval; each interval once (law 10). */
  add(state: State, interval: ArmCounts): State;
  judge(state: State, limits: CountLimits): TestFinding;
}
