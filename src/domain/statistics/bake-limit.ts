import type { Counts } from './interval.ts';
import { upperRateBound } from './rate-bounds.ts';

/**
 * The rate of bad requests that the promoted revision may have during the bake, 0 to 1. There is no concurrent stable any
 * more, so it is the upper bound of what the old one had on the last step, times the tolerated ratio, and never above an
 * absolute limit. Feed it to `lnRateSteps` as `max`, and the steps to the `changeDetector`.
 *
 * Assumption: the rate of the service does not change for other reasons between the last step and the end of the bake. The
 * comparison over time cannot tell such a change from harm; only a part that stays on the old revision can.
 */
export function bakeLimit(
  stable: Counts,
  { tolerance, dispersion = 1, errorProbability, max = 1 }: BakeLimitOptions,
): number {
  const independent = { requests: stable.requests / dispersion, bad: stable.bad / dispersion };
  return Math.min(1, max, upperRateBound(independent, errorProbability) * tolerance);
}

export interface BakeLimitOptions {
  /** The tolerated risk ratio. */
  tolerance: number;
  /** Variance of counts relative to that of independent requests, 1 and more. */
  dispersion?: number;
  /** The probability that the stable's rate lay above its bound. */
  errorProbability: number;
  /** The absolute limit, where there is one. */
  max?: number;
}
