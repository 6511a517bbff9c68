import { addCounts, type ArmCounts, noCounts } from '../../src/domain/analysis/arm-counts.ts';
import type { Judge } from '../../src/simulation/judges/judge.ts';
import { nothing, scrapeIntervalS, Traffic, type Truth } from './traffic.ts';

/** How one rollout ended. */
export interface Ending {
  outcome: 'promoted' | 'rolledBack' | 'undecided';
  atS: number;
  /** Requests of the candidate until then, and its bad answers. */
  requests: number;
  bad: number;
}

export interface Course {
  /** The weights of the steps, in percent, the same for every judge that does not choose its own. */
  weights: readonly number[];
  /** What is undecided by then stays so, in seconds. */
  longestS: number;
}

/** Four steps within an hour. */
export const fourSteps: Course = { weights: [5, 10, 25, 50], longestS: 3_600 };

/** Runs one rollout through its steps, until the judge ends it. */
export function rollOut(truth: Truth, judge: Judge, seed: number, course: Course = fourSteps): Ending {
  const traffic = new Traffic(truth, seed);
  judge.begin?.(traffic.before());
  const weights = judge.weight ? [judge.weight()] : course.weights;
  let [step, sinceS] = [0, 0];
  let served = nothing;
  let unread: ArmCounts = noCounts();
  const end = (outcome: Ending['outcome'], atS: number): Ending => ({ outcome, atS, ...served });
  for (let atS = scrapeIntervalS; atS <= course.longestS; atS += scrapeIntervalS) {
    const counts = traffic.during(atS, (judge.weight?.() ?? weights[step]!) / 100);
    const { requests, bad } = counts.candidate;
    served = { requests: served.requests + requests, bad: served.bad + bad };
    unread = addCounts(unread, counts);
    const scrape = traffic.scrape(atS);
    if (scrape === 'missed') continue;
    const seen = scrape === 'lost' ? { ...unread, candidate: nothing } : unread;
    unread = noCounts();
    const word = judge.look([seen], { atS, heldS: atS - sinceS });
    if (word === 'rollBack') return end('rolledBack', atS);
    if (word !== 'advance') continue;
    [step, sinceS] = [step + 1, atS];
    if (step === weights.length) return end('promoted', atS);
  }
  return end('undecided', course.longestS);
}
