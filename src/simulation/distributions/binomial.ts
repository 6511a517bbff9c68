import { logFactorial } from './log-factorial.ts';

/** Below this mean the search from 0 takes fewer steps than a rejection costs. */
const smallMean = 10;

/**
 * How many of `trials` succeed. Exact in distribution: by inversion for small means, else by Hörmann's transformed rejection (BTRS;
 * "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46, 1993), whose cost does not grow with
 * `trials`.
 */
export function sampleBinomial(uniform: () => number, trials: number, probability: number): number {
  if (!(trials > 0) || !(probability > 0)) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - sampleBinomial(uniform, trials, 1 - probability);
  return trials * probability < smallMean
    ? byInversion(uniform(), trials, probability)
    : byRejection(uniform, trials, probability);
}

function byInversion(u: number, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  let mass = Math.exp(trials * Math.log1p(-probability));
  let left = u;
  let count = 0;
  // The masses may sum up to a hair less than 1: `trials` ends the search.
  while (left >= mass && count < trials) {
    left -= mass;
    count += 1;
    mass *= (odds * (trials - count + 1)) / count;
  }
  return count;
}

function byRejection(uniform: () => number, n: number, p: number): number {
  const q = 1 - p;
  const deviation = Math.sqrt(n * p * q);
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const acceptable = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const logOdds = Math.log(p / q);
  const mode = Math.floor((n + 1) * p);
  const logModeMass = logFactorial(mode) + logFactorial(n - mode);
  // Each round accepts with a probability above 0.8.
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= acceptable) return count;
    if (count < 0 || count > n) continue;
    const height = Math.log((v * alpha) / (a / (us * us) + b));
    const mass = logModeMass - logFactorial(count) - logFactorial(n - count) + (count - mode) * logOdds;
    if (height <= mass) return count;
  }
}
