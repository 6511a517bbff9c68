import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import { countSlowRequests } from './arm-counts.ts';
import { type FamilySamples, silence } from './count-families.ts';
import {
  addRounds,
  type CountContext,
  countedMs,
  type CountStanding,
  type LatencyMetric,
  limitsOf,
  noEvidence,
  silent,
  warning,
  withoutRequests,
} from './count-metric.ts';
import { distributionBounds, latencyBound } from './histograms.ts';
import type { MetricFinding } from './metric-finding.ts';
import type { BucketRole } from './preset.ts';

/**
 * Slow requests: by the histogram's bucket that stands for the objective's threshold, or, without an objective, by several buckets, at which
 * the whole distributions are compared.
 */
export function countSlow(
  metric: LatencyMetric,
  before: MetricEvidence | undefined,
  samples: FamilySamples<BucketRole>,
  context: CountContext,
): CountStanding {
  const { name } = metric;
  const limits = limitsOf(metric, context);
  const { scrapeIntervalMs } = context;
  const standing = { metric, limits, scrapeIntervalMs, countedMs: countedMs(context), notes: [] };
  const known = before ?? noEvidence();
  const where = whereOf(metric, samples, known, context);
  if ('finding' in where) {
    // Envoy shows no histogram before its first request, so that none at all means no request.
    const why = silence(name, samples, context) ?? where.finding;
    return { ...standing, evidence: where.evidence, what: 'were slow', silent: why };
  }
  const [boundMs, ...otherBoundsMs] = where.boundsMs;
  const roundsAt = (bound: number) =>
    countSlowRequests(samples.family, samples.series, context.window, bound);
  const others = otherBoundsMs.map(roundsAt);
  const rounds = roundsAt(boundMs).map((counts, index) => ({
    counts,
    others: others.map((rounds) => rounds[index]!),
  }));
  const evidence = addRounds(before, rounds, limits, context);
  return {
    ...standing,
    evidence,
    what: `took longer than ${boundMs} ms`,
    notes: [...where.notes, ...samples.warnings.map(warning)],
    ...silent(silence(name, samples, context) ?? withoutRequests(name, evidence, context)),
  };
}

type Where =
  | { boundsMs: readonly [number, ...number[]]; notes: string[] }
  /** Why nothing is compared in this pass, and what is kept of it. */
  | { finding: MetricFinding; evidence: MetricEvidence };

function whereOf(
  metric: LatencyMetric,
  samples: FamilySamples<BucketRole>,
  known: MetricEvidence,
  context: CountContext,
): Where {
  const { name, objective } = metric;
  if (!objective) return whereDistributionsAre(name, samples, known, context);
  const { thresholdMs } = objective;
  const bound = latencyBound(samples.family, samples.series, thresholdMs);
  switch (bound.kind) {
    case 'noBuckets':
      return withoutBuckets(name, known, context);
    case 'belowAll':
      return noBucket(
        name,
        known,
        `no bucket ends at or below the threshold of ${thresholdMs} ms; the lowest ends at ${bound.lowestMs} ms`,
      );
    case 'bound': {
      const note = `the histogram has no bucket that ends at the threshold of ${thresholdMs} ms: ${bound.boundMs} ms is used`;
      return { boundsMs: [bound.boundMs], notes: bound.boundMs === thresholdMs ? [] : [note] };
    }
  }
}

/**
 * The bounds are chosen once and stay for the whole rollout. What was counted until then chose them, so that it is not compared: a choice
 * must not know what it will find.
 */
function whereDistributionsAre(
  name: string,
  samples: FamilySamples<BucketRole>,
  known: MetricEvidence,
  context: CountContext,
): Where {
  const [first, ...others] = known.boundsMs ?? [];
  if (first !== undefined) return { boundsMs: [first, ...others], notes: [] };
  const chosen = distributionBounds(samples.family, samples.series);
  const wait = (words: string, evidence: MetricEvidence): Where => {
    const message = `${name}: ${words}; ${context.minRequests} requests are needed`;
    return { finding: { name, verdict: 'Inconclusive', reason: 'TooFewRequests', message }, evidence };
  };
  switch (chosen.kind) {
    case 'noBuckets':
      return withoutBuckets(name, known, context);
    case 'tooFew':
      return wait('the stable revision has too few requests yet to see how long they take', known);
    case 'tooCoarse':
      return noBucket(
        name,
        known,
        "all finite buckets end below what most of the stable revision's requests take",
      );
    case 'bounds': {
      const at = `requests that take longer than ${chosen.boundsMs.join(', ')} ms are compared from now on`;
      return wait(at, { ...known, boundsMs: chosen.boundsMs });
    }
  }
}

const withoutBuckets = (name: string, known: MetricEvidence, context: CountContext): Where => ({
  finding: withoutRequests(name, known, context)!,
  evidence: known,
});

const noBucket = (name: string, known: MetricEvidence, words: string): Where => ({
  finding: { name, verdict: 'NoData', reason: 'NoBucket', message: `${name}: ${words}` },
  evidence: known,
});
