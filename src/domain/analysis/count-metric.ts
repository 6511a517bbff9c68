import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import type { RolloutMetric } from '../../api/model-rollout.ts';
import { type ArmCounts, countRequests, countSlowRequests, latencyBound } from './arm-counts.ts';
import { type FamilySamples, freshForMs, silence } from './count-families.ts';
import type { CountingWindow } from './counting.ts';
import type { MetricFinding } from './metric-finding.ts';
import type { BucketRole, RequestRole } from './preset.ts';
import { thresholdTest } from './threshold-test.ts';
import { countedWords, percent } from './words.ts';

type ErrorRateMetric = Extract<RolloutMetric, { kind: 'errorRate' }>;
type LatencyMetric = Extract<RolloutMetric, { kind: 'latency' }>;

/** What all metrics that count have in common in one pass. */
export interface CountContext {
  window: CountingWindow;
  minRequests: number;
  sinceMs: number;
  nowMs: number;
  scrapeIntervalMs: number;
}

export interface CountJudgement {
  evidence: MetricEvidence;
  finding: MetricFinding;
}

/** Failed requests of the candidate against `max`. */
export function judgeErrorRate(
  metric: ErrorRateMetric,
  before: MetricEvidence | undefined,
  samples: FamilySamples<RequestRole>,
  context: CountContext,
): CountJudgement {
  const gained = countRequests(samples.family, samples.series, context.window).counts;
  const evidence = addGained(before, gained, context);
  const finding =
    silence(metric.name, samples, context) ??
    judgeCounts(metric.name, metric.max, evidence, 'failed', samples.warnings.map(warning), context);
  return { evidence, finding };
}

/** Slow requests of the candidate against `objective.max`. */
export function judgeLatency(
  metric: LatencyMetric,
  before: MetricEvidence | undefined,
  samples: FamilySamples<BucketRole>,
  context: CountContext,
): CountJudgement {
  const { name } = metric;
  const { thresholdMs, max } = metric.objective;
  const silent = silence(name, samples, context);
  const bound = latencyBound(samples.family, samples.series, thresholdMs);
  if (bound.kind !== 'bound') {
    const evidence = before ?? emptyEvidence();
    if (silent) return { evidence, finding: silent };
    // Envoy shows no histogram before its first request, so that none at all means no request.
    if (bound.kind === 'noBuckets') return { evidence, finding: noRequests(name, evidence, context) };
    const message = `${name}: no bucket ends at or below the threshold of ${thresholdMs} ms; the lowest ends at ${bound.lowestMs} ms`;
    return { evidence, finding: { name, verdict: 'NoData', reason: 'NoBucket', message } };
  }
  const gained = countSlowRequests(samples.family, samples.series, context.window, bound.boundMs);
  const evidence = addGained(before, gained, context);
  const notes = [...samples.warnings.map(warning)];
  if (bound.boundMs !== thresholdMs) {
    notes.unshift(
      `the histogram has no bucket that ends at the threshold of ${thresholdMs} ms: ${bound.boundMs} ms is used`,
    );
  }
  const what = `took longer than ${bound.boundMs} ms`;
  return { evidence, finding: silent ?? judgeCounts(name, max, evidence, what, notes, context) };
}

const warning = (text: string) => `the source warns: ${text}`;

const emptyEvidence = (): MetricEvidence & ArmCounts => ({
  ...thresholdTest.start(),
  measurements: 0,
  failures: 0,
});

function countsOf(evidence: MetricEvidence | undefined): ArmCounts {
  const { candidate, stable } = { ...thresholdTest.start(), ...evidence };
  return { candidate, stable };
}

/** The evidence with one more interval; as it was when the cursor does not move. */
function addGained(
  before: MetricEvidence | undefined,
  gained: ArmCounts,
  { window }: CountContext,
): MetricEvidence {
  const known = before ?? emptyEvidence();
  if (window.untilMs <= window.afterMs) return known;
  return { ...known, ...thresholdTest.add(countsOf(before), gained), measurements: known.measurements + 1 };
}

function judgeCounts(
  name: string,
  max: number,
  evidence: MetricEvidence,
  what: string,
  notes: readonly string[],
  context: CountContext,
): MetricFinding {
  const counts = countsOf(evidence);
  if (counts.candidate.requests === 0) return noRequests(name, evidence, context);
  const { verdict, reason } = thresholdTest.judge(counts, { max, minRequests: context.minRequests });
  const stable = counts.stable.requests > 0 ? `; stable: ${countedWords(counts.stable, what)}` : '';
  const few = reason === 'TooFewRequests' ? `; ${context.minRequests} requests are needed` : '';
  const noted = notes.length > 0 ? ` (${notes.join('; ')})` : '';
  return {
    name,
    verdict,
    reason,
    message: `${name}: ${countedWords(counts.candidate, what)}, allowed are ${percent(max)}${few}${stable}${noted}`,
    value: counts.candidate.bad / counts.candidate.requests,
    ...counts,
  };
}

/**
 * The source is alive and shows no request of the candidate. At the beginning of a step this only means that no scrape has seen
 * one yet; later it is missing data, because a candidate with weight should have some.
 */
function noRequests(name: string, evidence: MetricEvidence, context: CountContext): MetricFinding {
  const { sinceMs, nowMs, scrapeIntervalMs, minRequests } = context;
  const counts = countsOf(evidence);
  const forMs = nowMs - sinceMs;
  if (forMs <= freshForMs(scrapeIntervalMs)) {
    const message = `${name}: no request of the candidate was scraped yet; ${minRequests} requests are needed`;
    return { name, verdict: 'Inconclusive', reason: 'TooFewRequests', message, ...counts };
  }
  // Without a duration: words that change by themselves would be a status write for every look (law 15).
  const message = `${name}: the source is alive, and no request of the candidate was counted on this step`;
  return { name, verdict: 'NoData', reason: 'NoRequests', message, ...counts };
}
