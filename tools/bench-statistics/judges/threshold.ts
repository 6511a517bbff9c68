import type { Counts } from '../../../src/domain/analysis/arm-counts.ts';
import type { Judge } from '../rollout.ts';
import { scrapeIntervalS } from '../traffic.ts';

/** The candidate's success rate over the last so many seconds against a constant, asked once in a while. */
interface Check {
  /** The least share of good answers, 0 to 1. */
  least: number;
  windowS: number;
  everyS: number;
  /** How long each step lasts, in seconds. */
  stepS: number;
}

/** Counts of the last seconds, as a rate over a window sees them. */
class Window {
  readonly #scrapes: Counts[] = [];
  readonly #length: number;

  constructor(windowS: number) {
    this.#length = windowS / scrapeIntervalS;
  }

  add(counts: Counts): void {
    this.#scrapes.push(counts);
    if (this.#scrapes.length > this.#length) this.#scrapes.shift();
  }

  /** NaN without requests, as 0/0 is. */
  get success(): number {
    const sum = (of: (counts: Counts) => number) =>
      this.#scrapes.reduce((total, each) => total + of(each), 0);
    const requests = sum((counts) => counts.requests);
    return (requests - sum((counts) => counts.bad)) / requests;
  }
}

/**
 * Like Flagger: every check that is missed, also for want of data, counts towards a threshold that nothing lowers again, and holds the
 * step; so many checks that are met leave it.
 */
export function flaggerLike({
  least,
  windowS,
  everyS,
  stepS,
  threshold,
}: Check & { threshold: number }): Judge {
  const window = new Window(windowS);
  let [failed, met] = [0, 0];
  return {
    look({ candidate }, { atS }) {
      window.add(candidate);
      if (atS % everyS !== 0) return 'stay';
      if (!(window.success >= least)) {
        failed += 1;
        return failed >= threshold ? 'rollBack' : 'stay';
      }
      met += 1;
      if (met < stepS / everyS) return 'stay';
      met = 0;
      return 'advance';
    },
  };
}

/** Like an AnalysisRun in the background of an Argo rollout: more than `failureLimit` failed measurements abort; time leaves the step. */
export function argoLike({
  least,
  windowS,
  everyS,
  stepS,
  failureLimit,
}: Check & { failureLimit: number }): Judge {
  const window = new Window(windowS);
  let failed = 0;
  return {
    look({ candidate }, { atS, heldS }) {
      window.add(candidate);
      if (atS % everyS === 0 && window.success < least) failed += 1;
      if (failed > failureLimit) return 'rollBack';
      return heldS >= stepS ? 'advance' : 'stay';
    },
  };
}
