import type { ArmCounts, Counts } from '../../src/domain/analysis/arm-counts.ts';
import { type Random, seededRandom } from '../../src/simulation/random.ts';

/** What is true of a service and its new version. Rates are probabilities of a bad answer, by the second of the rollout. */
export interface Truth {
  name: string;
  /** Requests a second of both revisions together. */
  requestsPerSecond: number;
  stable: (atS: number) => number;
  candidate: (atS: number) => number;
  /** Bad answers come in bursts of so many, in the mean. Default: each by itself. */
  burst?: number;
  /** How likely a scrape is missed: what was counted then shows in the next one. Default: 0. */
  missed?: number;
  /** How likely the candidate's pods restart before a scrape, so that what they counted since the last one is lost. Default: 0. */
  lost?: number;
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
      candidate: { requests, bad: this.#badOf(random, requests, candidate(atS)) },
      stable: { requests: all - requests, bad: this.#badOf(random, all - requests, stable(atS)) },
    };
  }

  /** What the stable had in the half hour before the rollout, scrape by scrape. */
  before(): Counts[] {
    const scrapes = 1_800 / scrapeIntervalS;
    return Array.from({ length: scrapes }, (_, index) => {
      const atS = (index + 1 - scrapes) * scrapeIntervalS;
      return this.during(atS - scrapeIntervalS, 0).stable;
    });
  }

  /** What becomes of the scrape at this second. */
  scrape(atS: number): 'read' | 'missed' | 'lost' {
    const { missed = 0, lost = 0 } = this.#truth;
    const random = seededRandom(`${this.#seed}/${atS}/scrape`);
    return random.chance(missed) ? 'missed' : random.chance(lost) ? 'lost' : 'read';
  }

  #badOf(random: Random, requests: number, rate: number): number {
    const { burst = 1 } = this.#truth;
    if (burst === 1) return random.binomial(requests, rate);
    let bad = 0;
    for (let left = random.binomial(requests, rate / burst); left > 0; left -= 1) {
      // A geometric length: one, and one more as often as the mean needs it.
      bad += 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - 1 / burst));
    }
    return Math.min(requests, bad);
  }
}

export const nothing: Counts = { requests: 0, bad: 0 };
