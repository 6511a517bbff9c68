import { planDefaults } from '../../src/api/step-defaults.ts';
import { parseDuration } from '../../src/api/duration.ts';
import { comparisonDefaults, defaultTolerance } from '../../src/api/analysis.ts';
import { requestsToDecide } from '../../src/domain/statistics/ratio-growth.ts';
import { failAlternatives, passAlternatives } from '../../src/domain/statistics/risk-ratio.ts';
import { startSums } from '../../src/domain/statistics/mixture.ts';
import { type SequentialOptions, sequentialJudge } from '../../src/simulation/judges/sequential.ts';
import { always } from './scenarios.ts';
import { tally } from './tally.ts';
import { scrapeIntervalS } from './traffic.ts';

/** One step of the default plan: its weight in percent, its longest time, and a busy service. */
export const step = {
  weight: planDefaults.weights[0]!,
  longestS: parseDuration(planDefaults.maxHold) / 1_000,
};
export const requestsPerSecond = 100;

/** What became of candidates with one true ratio to the stable version's share of bad requests. */
export interface Power {
  ratio: number;
  /** Of all runs, 0 to 1. The rest is decided by nobody. */
  failed: number;
  passed: number;
  /** Requests of the candidate until then, in the median; undefined where it never happened. */
  toFail: number | undefined;
  toPass: number | undefined;
}

/** How one step of the default plan ends, by the true ratio; with the defaults, or other limits. */
export function powerAt(
  baseRate: number,
  ratio: number,
  runs: number,
  limits: Pick<SequentialOptions, 'tolerance' | 'passMargin'> = {},
): Power {
  const truth = {
    name: '',
    requestsPerSecond,
    stable: always(baseRate),
    candidate: always(Math.min(1, baseRate * ratio)),
  };
  const make = () => sequentialJudge({ ...limits, holdS: 0, scrapeIntervalS });
  const found = tally(truth, make, runs, { weights: [step.weight], longestS: step.longestS });
  return {
    ratio,
    failed: found.rolledBack / runs,
    passed: found.promoted / runs,
    toFail: found.requestsUntilRolledBack,
    toPass: found.requestsUntilPromoted,
  };
}

/** What a gate on slow requests takes. */
export interface SlowQuestion {
  /** The stable version's share of slow requests, 0 to 1. */
  share: number;
  /** The candidate's, as a ratio to it. */
  ratio: number;
  /** The candidate's weight in percent. */
  weight: number;
  /** `objective.max`. */
  max: number;
}

/**
 * The requests of the candidate, in the median, until a gate on slow requests decides rightly: Fail for a ratio above 1, Pass for 1. Undefined when
 * fewer than half of the runs do so in any reasonable time.
 */
export function slowRequests({ share, ratio, weight, max }: SlowQuestion, runs: number): number | undefined {
  const limits = {
    tolerance: defaultTolerance,
    ...comparisonDefaults.latency,
    max,
    holdS: 0,
    scrapeIntervalS,
  };
  const traffic = { share: weight / 100, stableRate: share, ratio };
  // By the cost model, so that a run has a few hundred looks whatever it takes.
  const expected =
    ratio > 1
      ? requestsToDecide(
          startSums(failAlternatives.length),
          traffic,
          { tolerance: limits.tolerance },
          0.01 / 2,
        )
      : requestsToDecide(
          startSums(passAlternatives.length),
          traffic,
          { margin: limits.passMargin },
          0.05 / 2,
        );
  if (expected === undefined) return undefined;
  const truth = {
    name: '',
    requestsPerSecond: Math.max(1, expected / looksExpected / scrapeIntervalS),
    stable: always(share),
    candidate: always(Math.min(1, share * ratio)),
  };
  const longestS = 8 * looksExpected * scrapeIntervalS;
  const found = tally(truth, () => sequentialJudge(limits), runs, { weights: [weight], longestS });
  const [right, requests] =
    ratio > 1
      ? [found.rolledBack, found.requestsUntilRolledBack]
      : [found.promoted, found.requestsUntilPromoted];
  return right < runs / 2 ? undefined : requests;
}
const looksExpected = 100;
