import { defaultTolerance } from '../../api/analysis.ts';
import type { Calibration, MetricEvidence } from '../../api/model-rollout-status.ts';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { addCounts, type ArmCounts, countRequests, noCounts } from './arm-counts.ts';
import { type FamilySamples, freshForMs, silence } from './count-families.ts';
import { addRound, type CountLimits, type Round } from './count-tests.ts';
import type { CountingWindow } from './counting.ts';
import type { MetricFinding } from './metric-finding.ts';
import { excessLoss } from '../statistics/excess-loss.ts';
import type { RequestRole } from './preset.ts';

export type ErrorRateMetric = Extract<RolloutMetric, { kind: 'errorRate' }>;
export type LatencyMetric = Extract<RolloutMetric, { kind: 'latency' }>;
export type CountingMetric = ErrorRateMetric | LatencyMetric;

/** What all metrics that count have in common in one pass. */
export interface CountContext {
  window: CountingWindow;
  /** No Pass before the candidate had this many requests on the step. */
  minRequests: number;
  falsePromotion: number;
  /** The candidate has everything: what the stable revision did until then is all there is to compare with. */
  isPromoted: boolean;
  /** There is a budget for what the candidate costs. */
  countsLoss?: boolean;
  /** What was measured of the stable's pods before the rollout. */
  calibration?: Calibration;
  /** The candidate's share that the split can achieve, 0 to 1; absent where none is expected. */
  expectedShare: number | undefined;
  sinceMs: number;
  nowMs: number;
  scrapeIntervalMs: number;
}

/** What a metric that counts knows after this pass, before all of them are weighed together. */
export interface CountStanding {
  metric: CountingMetric;
  evidence: MetricEvidence;
  limits: CountLimits;
  scrapeIntervalMs: number;
  /** How long the step has been counted for. */
  countedMs: number;
  /** What a bad request did, as a verb. */
  what: string;
  /** What a person should know about the counts. */
  notes: readonly string[];
  /** Why nothing can be said now (law 9). What was counted before stands. */
  silent?: MetricFinding;
}

/** Failed requests. */
export function countErrors(
  metric: ErrorRateMetric,
  before: MetricEvidence | undefined,
  samples: FamilySamples<RequestRole>,
  context: CountContext,
): CountStanding {
  const limits = limitsOf(metric, context);
  const { rounds } = countRequests(samples.family, samples.series, context.window);
  const evidence = addRounds(before, rounds.map(ofCounts), limits, context);
  return {
    metric,
    evidence,
    limits,
    scrapeIntervalMs: context.scrapeIntervalMs,
    countedMs: countedMs(context),
    what: 'failed',
    notes: samples.warnings.map(warning),
    ...silent(silence(metric.name, samples, context) ?? withoutRequests(metric.name, evidence, context)),
  };
}

/** Nobody counts what the metric asks for: there is no preset, or `lack` says why it cannot be had from this one (law 9). */
export function uncounted(
  metric: CountingMetric,
  before: MetricEvidence | undefined,
  context: CountContext,
  lack: string | undefined,
): CountStanding {
  const { name } = metric;
  const message = `${name}: ${lack ?? 'nobody knows how to count requests at this router'}`;
  const reason = lack === undefined ? 'UnknownPreset' : 'NotInPreset';
  return {
    metric,
    evidence: before ?? noEvidence(),
    limits: limitsOf(metric, context),
    scrapeIntervalMs: context.scrapeIntervalMs,
    countedMs: countedMs(context),
    what: 'were bad',
    notes: [],
    silent: { name, verdict: 'NoData', reason, message },
  };
}

/** The greatest share of bad requests, whatever the stable revision does; absent where only the comparison counts. */
export const maxOf = (metric: CountingMetric): number | undefined =>
  metric.kind === 'errorRate' ? metric.max : metric.objective?.max;

/** What a spec leaves open is what the calibration measured; what a Pass certifies is always more than what is accepted. */
export function limitsOf(
  metric: CountingMetric,
  {
    isPromoted,
    falsePromotion,
    calibration,
  }: Pick<CountContext, 'isPromoted' | 'falsePromotion' | 'calibration'>,
): CountLimits {
  const noise = calibration?.metrics[metric.name];
  const tolerance = metric.tolerance ?? noise?.tolerance ?? defaultTolerance;
  const passMargin = Math.max(metric.passMargin, tolerance * leastMargin);
  const dispersion = noise?.dispersion ?? 1;
  return { tolerance, passMargin, dispersion, max: maxOf(metric), falsePromotion, isPromoted };
}

/** Between harm that is accepted and harm that is excluded there must be room for a candidate to be proved healthy. */
const leastMargin = 1.25;

export const countedMs = ({ window, sinceMs }: CountContext): number =>
  Math.max(0, (window.roundsMs.at(-1) ?? window.afterMs) - sinceMs);

export const warning = (text: string) => `the source warns: ${text}`;
export const silent = (finding: MetricFinding | undefined) => finding && { silent: finding };

export const noEvidence = (): MetricEvidence => ({ ...noCounts(), measurements: 0, failures: 0 });

/** Counted on this step, and over the whole rollout. */
export const countsOf = ({ candidate, stable }: Partial<MetricEvidence>): ArmCounts => ({
  ...noCounts(),
  ...(candidate && { candidate }),
  ...(stable && { stable }),
});

const ofCounts = (counts: ArmCounts) => ({ counts });

/** The tests for harm begin with each step, and again and again on a long one: leaks and cold caches show late. */
const beginEveryMs = 300_000;

/** The evidence with what each round brought; the very same object when no round is over. */
export function addRounds(
  before: MetricEvidence | undefined,
  rounds: readonly Pick<Round, 'counts' | 'others'>[],
  limits: CountLimits,
  { scrapeIntervalMs, countsLoss }: Pick<CountContext, 'scrapeIntervalMs' | 'countsLoss'>,
): MetricEvidence {
  const roundsPerBeginning = Math.max(1, Math.ceil(beginEveryMs / scrapeIntervalMs));
  let evidence = before ?? noEvidence();
  for (const { counts, others } of rounds) {
    const whole = addCounts(countsOf(evidence.whole ?? {}), counts);
    const begins = evidence.measurements % roundsPerBeginning === 0;
    evidence = {
      ...evidence,
      ...addCounts(countsOf(evidence), counts),
      whole,
      tests: addRound(evidence.tests, { counts, others, whole, begins }, limits),
      measurements: evidence.measurements + 1,
      ...(countsLoss && {
        loss: excessLoss.add(evidence.loss ?? excessLoss.start(), counts, limits.dispersion),
      }),
    };
  }
  return evidence;
}

/**
 * The source is alive and shows no request of the candidate. At the beginning of a step this only means that no scrape has seen
 * one yet; later it is missing data, because a candidate with weight should have some.
 */
export function withoutRequests(
  name: string,
  evidence: MetricEvidence,
  { sinceMs, nowMs, scrapeIntervalMs, minRequests, expectedShare }: CountContext,
): MetricFinding | undefined {
  const counts = countsOf(evidence);
  if (counts.candidate.requests > 0) return undefined;
  const mayBeChance = expectedShare !== undefined && isChance(counts.stable.requests, expectedShare);
  if (nowMs < sinceMs) {
    // Only a warm-up lies ahead: a time and not a wait, as below.
    const message = `${name}: requests count from ${new Date(sinceMs).toISOString()} on, when the candidate is warm`;
    return { name, verdict: 'Inconclusive', reason: 'TooFewRequests', message, ...counts };
  }
  if (mayBeChance || nowMs - sinceMs <= freshForMs(scrapeIntervalMs)) {
    const message = `${name}: no request of the candidate was scraped yet; ${minRequests} requests are needed`;
    return { name, verdict: 'Inconclusive', reason: 'TooFewRequests', message, ...counts };
  }
  // Without a duration: words that change by themselves would be a status write for every look (law 15).
  const message = `${name}: the source is alive, and no request of the candidate was counted on this step`;
  return { name, verdict: 'NoData', reason: 'NoRequests', message, ...counts };
}

/**
 * With so little traffic a small share may have got no request by chance, with more than 1 %: that is waited for, and is no silence. A
 * stable revision without requests shows that nobody asks, or that nobody counts.
 */
const isChance = (stableRequests: number, share: number): boolean =>
  stableRequests > 0 && (stableRequests * share) / (1 - share) < Math.log(100);
