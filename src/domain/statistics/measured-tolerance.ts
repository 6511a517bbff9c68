import { defaultTolerance } from '../../api/analysis.ts';
import type { PodNoise } from './pod-noise.ts';

/** No revision is told from another by less than this ratio, however alike the pods are. */
export const smallestTolerance = 1.05;

/**
 * The risk ratio that two arms of the same revision show by the differences of their pods alone, with a probability of about
 * 2 %: exp(2 sd), where sd is the standard deviation of the ln ratio of the arms, spread sqrt(1/candidate + 1/stable) for arms
 * of that many pods. A candidate is compared from its first pod on, so that 1 is assumed of it.
 *
 * Evidence of harm is a guarantee for risks beyond the tolerance only: one below this noise accuses what the node did.
 */
export function measuredTolerance(
  noise: PodNoise | undefined,
  { candidatePods = 1, stablePods = noise?.pods ?? 1 }: { candidatePods?: number; stablePods?: number } = {},
): number {
  if (!noise) return defaultTolerance;
  const deviation = noise.spread * Math.sqrt(1 / candidatePods + 1 / stablePods);
  return Math.max(smallestTolerance, Math.exp(2 * deviation));
}
