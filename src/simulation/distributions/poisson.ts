import { logFactorial } from './log-factorial.ts';

/** Below this mean the search from 0 takes fewer steps than a rejection costs. */
const smallMean = 10;

/**
 * A Poisson number. Exact in distribution: by inversion for small means, else by Hörmann's transformed rejection (PTRS; "The transformed
 * rejection method for generating Poisson random variables", Insurance: Mathematics and Economics 12, 1993).
 */
export function samplePoisson(uniform: () => number, mean: number): number {
  if (!(mean > 0)) return 0;
  return mean < smallMean ? byInversion(uniform(), mean) : byRejection(uniform, mean);
}

function byInversion(u: number, mean: number): number {
  let mass = Math.exp(-mean);
  let left = u;
  let count = 0;
  // Ends where the masses vanish, should they sum up to a hair less than 1.
  while (left >= mass && mass > 0) {
    left -= mass;
    count += 1;
    mass *= mean / count;
  }
  return count;
}

function byRejection(uniform: () => number, mean: number): number {
  const logMean = Math.log(mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const scale = 1.1239 + 1.1328 / (b - 3.4);
  const acceptable = 0.9277 - 3.6224 / (b - 2);
  // Each round accepts with a probability above 0.7.
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= acceptable) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const height = Math.log(v) + Math.log(scale) - Math.log(a / (us * us) + b);
    if (height <= count * logMean - mean - logFactorial(count)) return count;
  }
}
