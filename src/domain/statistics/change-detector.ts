import { logAddExp } from './log-sum-exp.ts';
import { addSteps, lnMean, type LnSums } from './mixture.ts';

/**
 * Watches for harm that may begin at any time, without an end: the e-detector M_k = (1 + M_{k-1}) e_k, one an alternative,
 * then their mean (Shin, Ramdas, Rinaldo: e-detectors; Shiryaev-Roberts). State: the ln of each M, empty before the first
 * interval, so that it is finite.
 *
 * Guarantee: while the tested hypothesis is true, the mean number of intervals until `lnM` reaches ln(A) is at least A. That is
 * no bound on the probability of ever alarming: without an end every detector alarms once.
 * An interval without any evidence is left out, and time stands still, so that silence never alarms (law 9).
 */
export const changeDetector = {
  start: (): number[] => [],
  add: (state: LnSums, steps: readonly number[]): number[] =>
    steps.every((step) => step === 0)
      ? [...state]
      : addSteps(state.length > 0 ? state.map((lnM) => logAddExp(0, lnM)) : steps.map(() => 0), steps),
  /** -Infinity before the first interval. */
  lnM: (state: LnSums): number => (state.length > 0 ? lnMean(state) : -Infinity),
};

/**
 * The `lnM` of an alarm, from the wanted mean time between false alarms.
 *
 * @throws RangeError when that is no longer than an interval.
 */
export function lnAlarm({ meanMs, intervalMs }: { meanMs: number; intervalMs: number }): number {
  if (!(intervalMs > 0 && meanMs > intervalMs && meanMs < Infinity)) {
    throw new RangeError(
      `the mean time between false alarms is ${meanMs} ms: accepted is more than the interval of ${intervalMs} ms`,
    );
  }
  return Math.log(meanMs / intervalMs);
}
