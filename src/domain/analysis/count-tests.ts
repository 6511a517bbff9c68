import type { CountTests } from '../../api/model-rollout-status.ts';
import { bakeLimit } from '../statistics/bake-limit.ts';
import { lnBucketSteps } from '../statistics/bucket-test.ts';
import { changeDetector, lnAlarm } from '../statistics/change-detector.ts';
import { lnRejection } from '../statistics/error-budget.ts';
import { logAddExp } from '../statistics/log-sum-exp.ts';
import { lnMean } from '../statistics/mixture.ts';
import { lnRateSteps } from '../statistics/rate-limit.ts';
import { rateLimitTest } from '../statistics/rate-limit-test.ts';
import { riskRatioTest } from '../statistics/risk-ratio-test.ts';
import { openEndedShare, startMixture, type StartMixture } from '../statistics/start-mixture.ts';
import type { ArmCounts } from './arm-counts.ts';

/** What the tests of one metric ask. */
export interface CountLimits {
  /** Harm that is accepted, as a ratio to the stable revision. */
  tolerance: number;
  /** What a Pass certifies, as a ratio to the stable revision. */
  passMargin: number;
  /** Variance of counts relative to that of independent requests, 1 and more; absent: 1. */
  dispersion?: number;
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
  /** What they had by other bounds, where a whole distribution is compared: harm may show at any of them, health is proved by `counts`. */
  others?: readonly ArmCounts[];
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
 * After the promotion there is nothing to compare with but the past, and no end: what is bounded is the mean time between false alarms. With
 * half a year, a bake of an hour has one in four thousand.
 */
const falseAlarmEveryMs = 180 * 24 * 3_600_000;
export const lnDriftNeeded = (scrapeIntervalMs: number): number =>
  lnAlarm({ meanMs: falseAlarmEveryMs, intervalMs: scrapeIntervalMs });
/** How sure it is that the stable revision was no worse than it is taken for after the promotion. */
const stableBoundError = 0.01;

/** The share below which a candidate is healthy whatever the stable revision does. */
export const healthyShare = (max: number | undefined): number => max ?? negligibleShare;

/** Takes in one round; each round once (law 10). */
export function addRound(before: CountTests | undefined, round: Round, limits: CountLimits): CountTests {
  const tests = { ...before, ...harmAfter(before, round, limits) };
  return limits.isPromoted
    ? { ...tests, ...driftAfter(before, round, limits) }
    : { ...tests, ...healthAfter(before, round, limits) };
}

export const lnHarm = ({ harm }: CountTests): number => (harm ? startMixture.lnE(harm) : 0);
export const lnLimit = ({ limit }: CountTests): number => (limit ? startMixture.lnE(limit) : 0);
export const lnDrift = ({ drift }: CountTests): number | undefined => drift && changeDetector.lnM(drift);

/** The evidence for a Pass: the mean of both ways to earn it, so that either suffices with half of the budget. */
export function lnHealth(tests: CountTests | undefined): number {
  return logAddExp(lnMean(tests?.noHarm ?? []), lnMean(tests?.underLimit ?? [])) - Math.log(2);
}

function harmAfter(
  before: CountTests | undefined,
  { counts, others = [], begins }: Round,
  { tolerance, dispersion, max }: CountLimits,
): Pick<CountTests, 'harm' | 'limit'> {
  const add = (mixture: StartMixture = startMixture.start(), steps: number[]) => {
    const after = startMixture.add(mixture, steps, begins ? openEndedShare(mixture) : 0);
    return { running: kept(after.running), unstarted: Number(after.unstarted.toPrecision(6)) };
  };
  const harm = add(before?.harm, lnBucketSteps([counts, ...others], { tolerance, dispersion }));
  return max === undefined
    ? { harm }
    : { harm, limit: add(before?.limit, lnRateSteps(counts.candidate, { max, dispersion })) };
}

function healthAfter(
  before: CountTests | undefined,
  { counts }: Round,
  { passMargin, dispersion, max, falsePromotion }: CountLimits,
): CountTests {
  const ratio = { margin: passMargin, dispersion };
  const after: CountTests = {
    noHarm: kept(riskRatioTest.add(before?.noHarm ?? riskRatioTest.start(ratio), counts, ratio)),
    ...(before?.passed && { passed: true }),
  };
  const below = healthyShare(max);
  if (below > 0 && below < 1) {
    const bound = { below, dispersion };
    const sums = before?.underLimit ?? rateLimitTest.start(bound);
    after.underLimit = kept(rateLimitTest.add(sums, counts.candidate, bound));
  }
  return lnHealth(after) >= lnRejection(falsePromotion) ? { ...after, passed: true } : after;
}

/** Worse than what the stable revision was at most, times the tolerance: requests that arrive now against the past. */
function driftAfter(
  before: CountTests | undefined,
  { counts, whole }: Round,
  { tolerance, dispersion, max }: CountLimits,
): Pick<CountTests, 'drift'> {
  const limit = bakeLimit(whole.stable, { tolerance, dispersion, max, errorProbability: stableBoundError });
  if (limit === 1) return {};
  const steps = lnRateSteps(counts.candidate, { max: limit, dispersion });
  return { drift: kept(changeDetector.add(before?.drift ?? changeDetector.start(), steps)) };
}

/**
 * Sums as they are kept, after every round alike, so that a restart changes nothing (law 12): three decimals, and none below -30, so that
 * a checkpoint is small. The floor adds at most exp(-30) a round to the expectation of 1 that the guarantees rest on.
 */
const kept = (values: readonly number[]): number[] =>
  values.map((value) => Math.max(floorLn, Math.round(value * 1e3) / 1e3) + 0);
const floorLn = -30;
