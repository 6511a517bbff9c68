import type { CountTests } from '../../api/model-rollout-status.ts';
import { addToDetector, addToLimitTest, sharesBelow, sharesBeyond } from '../statistics/limit-test.ts';
import { logSumExp } from '../statistics/log-sum-exp.ts';
import { lnMean } from '../statistics/mixture.ts';
import { lnRatioSteps } from '../statistics/risk-ratio.ts';
import { lnRejection, riskRatioTest } from '../statistics/risk-ratio-test.ts';
import { addToStartMixture, lnStartMixture, nextBeginning } from '../statistics/start-mixture.ts';
import { upperBound } from '../statistics/upper-bound.ts';
import type { ArmCounts } from './arm-counts.ts';

/** What the tests of one metric ask. */
export interface CountLimits {
  /** Harm that is accepted, as a ratio to the stable revision. */
  tolerance: number;
  /** What a Pass certifies, as a ratio to the stable revision. */
  passMargin: number;
  /** The greatest share of bad requests, 0 to 1; absent where only the comparison counts. */
  max: number | undefined;
  falsePromotion: number;
  /** Nothing runs beside the candidate any more. */
  isPromoted: boolean;
}

/** One more round of a metric. */
export interface Round {
  /** What both arms had in it. */
  counts: ArmCounts;
  /** What they had in the whole rollout, with this round. */
  whole: ArmCounts;
  /** The tests for harm begin anew with it, for harm that begins late. */
  begins: boolean;
}

/**
 * A share of bad requests that certifies health whatever the stable revision does, where no limit is given: a service that
 * hardly ever fails could otherwise not be told from another one before weeks are over.
 */
const negligibleShare = 0.01;

/** While a metric's tests see harm with such odds, nothing passes, although health was proved before. */
export const suspicionOdds = 10;

/**
 * After the promotion there is nothing to compare with but the past, and no end: false alarms are bounded by the mean number of
 * rounds between them. A million rounds of 15 s are half a year.
 */
const roundsBetweenFalseAlarms = 1_000_000;
export const lnDriftNeeded = Math.log(roundsBetweenFalseAlarms);
/** How sure it is that the stable revision was no worse than it is taken for after the promotion. */
const stableBoundAlpha = 0.01;

/** The share below which a candidate is healthy whatever the stable revision does. */
export const healthyShare = (max: number | undefined): number => max ?? negligibleShare;

/** Takes in one round; each round once (law 10). */
export function addRound(before: CountTests | undefined, round: Round, limits: CountLimits): CountTests {
  const tests = { ...before, ...harmAfter(before, round, limits) };
  return limits.isPromoted
    ? { ...tests, ...driftAfter(before, round, limits) }
    : { ...tests, ...healthAfter(before, round, limits) };
}

export const lnHarm = ({ harm }: CountTests): number => (harm ? lnStartMixture(harm) : 0);
export const lnLimit = ({ limit }: CountTests): number => (limit ? lnStartMixture(limit) : 0);
export const lnDrift = ({ drift }: CountTests): number | undefined => drift && lnMean(drift);

/** The evidence for a Pass: the mean of both ways to earn it, so that either suffices with half of the budget. */
export function lnHealth(tests: CountTests | undefined): number {
  const ways = [tests?.noHarm, tests?.underLimit].map((sums) => (sums ? lnMean(sums) : 0));
  return logSumExp(ways) - Math.log(ways.length);
}

function harmAfter(
  before: CountTests | undefined,
  { counts, begins }: Round,
  { tolerance, max }: CountLimits,
): Pick<CountTests, 'harm' | 'limit'> {
  const mix = (mixture: number[] | undefined, lnFactors: number[]) =>
    kept(addToStartMixture(mixture, lnFactors, begins ? nextBeginning(mixture) : 0));
  const harm = mix(before?.harm, lnRatioSteps(counts, { tolerance }));
  return max === undefined ? { harm } : { harm, limit: mix(before?.limit, limitFactors(counts, max)) };
}

/** Where nothing at all is allowed, one bad request proves that there is one; where everything is, nothing can be proved. */
function limitFactors({ candidate }: ArmCounts, max: number): number[] {
  if (max === 0) return [candidate.bad > 0 ? certain : 0];
  const shares = sharesBeyond(max);
  return shares.length > 0 ? addToLimitTest(undefined, candidate, { shares, limit: max }) : [0];
}
const certain = 100;

function healthAfter(
  before: CountTests | undefined,
  { counts }: Round,
  { passMargin, max, falsePromotion }: CountLimits,
): CountTests {
  const limit = healthyShare(max);
  const bound = { margin: passMargin };
  const after: CountTests = {
    noHarm: kept(riskRatioTest.add(before?.noHarm ?? riskRatioTest.start(bound), counts, bound)),
    ...(limit > 0 &&
      limit < 1 && {
        underLimit: kept(
          addToLimitTest(before?.underLimit, counts.candidate, { shares: sharesBelow(limit), limit }),
        ),
      }),
    ...(before?.passed && { passed: true }),
  };
  return lnHealth(after) >= lnRejection(falsePromotion) ? { ...after, passed: true } : after;
}

/** Worse than what the stable revision was at most, times the tolerance: the rate of requests that arrive now against the past. */
function driftAfter(
  before: CountTests | undefined,
  { counts, whole }: Round,
  { tolerance }: CountLimits,
): Pick<CountTests, 'drift'> {
  const limit = upperBound(whole.stable, stableBoundAlpha) * tolerance;
  const shares = sharesBeyond(limit);
  return shares.length > 0
    ? { drift: kept(addToDetector(before?.drift, counts.candidate, { shares, limit })) }
    : {};
}

/**
 * Sums as they are kept, after every round alike, so that a restart changes nothing (law 12): four decimals, and none below -30, so that
 * a checkpoint is small. The floor adds at most exp(-30) a round to the expectation of 1 that the guarantees rest on.
 */
const kept = (values: readonly number[]): number[] =>
  values.map((value) => Math.max(floorLn, Math.round(value * 1e4) / 1e4) + 0);
const floorLn = -30;
