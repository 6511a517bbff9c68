import type { Interval } from '../interval.ts';

/** An interval in four numbers: requests of the candidate and the stable, then their bad ones. */
export type Row = readonly [candidate: number, stable: number, candidateBad: number, stableBad: number];

export const interval = ([candidate, stable, candidateBad, stableBad]: Row): Interval => ({
  candidate: { requests: candidate, bad: candidateBad },
  stable: { requests: stable, bad: stableBad },
});

/** Rows of the reference computations: a candidate that does harm, and one that does not. */
export const harmful: readonly Row[] = [
  [75, 1425, 3, 14],
  [80, 1420, 2, 12],
  [70, 1430, 4, 15],
];
export const harmless: readonly Row[] = [
  [75, 1425, 0, 14],
  [80, 1420, 1, 12],
  [70, 1430, 0, 15],
];

/** What draws the number of successes among independent trials. */
export interface Chance {
  binomial(trials: number, probability: number): number;
}

/** An interval of `total` requests, split by the share, whose bad ones are drawn at the rates of the arms. */
export function drawnInterval(
  chance: Chance,
  total: number,
  share: number,
  rates: { candidate: number; stable: number },
): Interval {
  const candidate = Math.round(total * share);
  return interval([
    candidate,
    total - candidate,
    chance.binomial(candidate, Math.min(1, rates.candidate)),
    chance.binomial(total - candidate, rates.stable),
  ]);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** A budget of errors plus three standard errors of that many runs: what a sound test exceeds once in 700 seeds. */
export const budgetLimit = (budget: number, runs: number): number =>
  budget + 3 * Math.sqrt((budget * (1 - budget)) / runs);
