import type { ArmCounts } from '../../src/domain/analysis/arm-counts.ts';
import { scrapeIntervalS, Traffic, type Truth } from './traffic.ts';

/** What a judge wants after a scrape. */
export type Word = 'stay' | 'advance' | 'rollBack';

/** Decides on one rollout. It is asked after every scrape, and remembers what it needs. */
export interface Judge {
  /** `heldS`: how long the step has lasted; `atS`: how long the rollout. */
  look(counts: ArmCounts, at: { atS: number; heldS: number }): Word;
}

/** How one rollout ended. */
export interface Ending {
  outcome: 'promoted' | 'rolledBack' | 'undecided';
  atS: number;
  /** Bad answers of the candidate until then. */
  bad: number;
}

/** The weights of the steps, in percent, the same for every judge. */
export const weights = [5, 10, 25, 50];
/** What is undecided by then stays so. */
export const longestS = 3_600;

/** Runs one rollout through its steps, until the judge ends it. */
export function rollOut(truth: Truth, judge: Judge, seed: number): Ending {
  const traffic = new Traffic(truth, seed);
  let [step, sinceS, bad] = [0, 0, 0];
  for (let atS = scrapeIntervalS; atS <= longestS; atS += scrapeIntervalS) {
    const counts = traffic.during(atS, weights[step]! / 100);
    bad += counts.candidate.bad;
    const word = judge.look(counts, { atS, heldS: atS - sinceS });
    if (word === 'rollBack') return { outcome: 'rolledBack', atS, bad };
    if (word !== 'advance') continue;
    [step, sinceS] = [step + 1, atS];
    if (step === weights.length) return { outcome: 'promoted', atS, bad };
  }
  return { outcome: 'undecided', atS: longestS, bad };
}
