import type { ArmCounts } from '../../src/domain/analysis/arm-counts.ts';
import { type Random, seededRandom } from '../../src/simulation/random.ts';

/** What is true of a service and its new version. Rates are probabilities of a bad answer, by the second of the rollout. */
export interface Truth {
  name: string;
  /** Requests a second of both revisions together. */
  requestsPerSecond: number;
  stable: (atS: number) => number;
  candidate: (atS: number) => number;
}

/** So often the counters are read, in seconds. */
export const scrapeIntervalS = 5;

/** The requests of a rollout, drawn scrape by scrape; the same seed meets every judge with the same luck. */
export class Traffic {
  readonly #truth: Truth;
  readonly #seed: number;

  constructor(truth: Truth, seed: number) {
    this.#truth = truth;
    this.#seed = seed;
  }

  /** What both revisions had in the scrape interval that ends at this second, at a weight of the candidate from 0 to 1. */
  during(atS: number, weight: number): ArmCounts {
    const { requestsPerSecond, stable, candidate } = this.#truth;
    const random: Random = seededRandom(`${this.#seed}/${atS}`);
    const all = random.poisson(requestsPerSecond * scrapeIntervalS);
    const requests = random.binomial(all, weight);
    return {
      candidate: { requests, bad: random.binomial(requests, candidate(atS)) },
      stable: { requests: all - requests, bad: random.binomial(all - requests, stable(atS)) },
    };
  }
}
