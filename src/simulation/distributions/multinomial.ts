import { sampleBinomial } from './binomial.ts';

/** Divides `trials` among weights of any sum: one binomial draw for each, of what is left. All zero: nothing is given out. */
export function sampleMultinomial(
  uniform: () => number,
  trials: number,
  weights: readonly number[],
): number[] {
  const counts = weights.map(() => 0);
  let left = trials;
  let weightLeft = weights.reduce((sum, weight) => sum + weight, 0);
  let last = -1;
  for (const [index, weight] of weights.entries()) {
    if (left === 0) break;
    if (!(weight > 0)) continue;
    const count = sampleBinomial(uniform, left, Math.min(1, weight / weightLeft));
    counts[index] = count;
    left -= count;
    weightLeft -= weight;
    last = index;
  }
  // Rounding may leave the last weight a hair short of all that is left.
  if (last >= 0) counts[last]! += left;
  return counts;
}
