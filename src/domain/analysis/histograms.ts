import { identity } from './counting.ts';
import type { SampleSeries } from './measurement.ts';
import type { BucketRole, CounterFamily } from './preset.ts';

export interface Histogram {
  arm: BucketRole['arm'];
  /** The series of each bucket, by its upper bound in milliseconds. */
  buckets: Map<number, SampleSeries>;
}

/** The histograms that an answer holds. */
export function histogramsOf(
  family: CounterFamily<BucketRole>,
  series: readonly SampleSeries[],
): Histogram[] {
  const histograms = new Map<string, Histogram>();
  for (const bucket of series) {
    const role = family.read(bucket.labels);
    if (!role) continue;
    const key = identity(bucket.labels, family.partLabels);
    const histogram = histograms.get(key) ?? { arm: role.arm, buckets: new Map() };
    histogram.buckets.set(role.upperBoundMs, bucket);
    histograms.set(key, histogram);
  }
  return [...histograms.values()];
}

/** The bucket bound that stands for a threshold: requests above it are slow. */
export type LatencyBound =
  { kind: 'bound'; boundMs: number } | { kind: 'noBuckets' } | { kind: 'belowAll'; lowestMs: number };

/** The largest finite bound at or below the threshold that all histograms of the answer have. */
export function latencyBound(
  family: CounterFamily<BucketRole>,
  series: readonly SampleSeries[],
  thresholdMs: number,
): LatencyBound {
  const bounds = commonBounds(histogramsOf(family, series));
  if (bounds.length === 0) return { kind: 'noBuckets' };
  const usable = bounds.filter((boundMs) => boundMs <= thresholdMs);
  return usable.length > 0
    ? { kind: 'bound', boundMs: usable.at(-1)! }
    : { kind: 'belowAll', lowestMs: bounds[0]! };
}

/** Where two whole distributions are compared. */
export type DistributionBounds =
  { kind: 'bounds'; boundsMs: number[] } | { kind: 'noBuckets' } | { kind: 'tooFew' } | { kind: 'tooCoarse' };

/**
 * About so many of the stable revision's requests lie above the bounds at which distributions are compared: the slow ones, where health
 * is proved, then those further down, where a shift of all requests shows first (reference, section 3.5).
 */
const sharesAbove = [0.05, 0.2, 0.5] as const;
/** Above a bound that most requests exceed a candidate can hardly be worse. */
const greatestShare = 0.7;
/** Of fewer requests nobody knows how they are distributed. */
const leastRequests = 100;

/**
 * Chosen by the stable revision alone, from all that its histograms hold: what the candidate does has no part in where it is compared, or
 * the comparison would keep no budget. In steps of buckets the bounds may be fewer.
 */
export function distributionBounds(
  family: CounterFamily<BucketRole>,
  series: readonly SampleSeries[],
): DistributionBounds {
  const histograms = histogramsOf(family, series);
  const bounds = commonBounds(histograms);
  if (bounds.length === 0) return { kind: 'noBuckets' };
  const stable = histograms.filter(({ arm }) => arm === 'stable');
  const within = (boundMs: number) =>
    stable.reduce((sum, { buckets }) => sum + (buckets.get(boundMs)?.samples.at(-1)?.[1] ?? 0), 0);
  const requests = within(Infinity);
  if (requests < leastRequests) return { kind: 'tooFew' };

  const above = bounds.map((boundMs) => ({ boundMs, share: 1 - within(boundMs) / requests }));
  const telling = above.filter(({ share }) => share >= sharesAbove[0] && share <= greatestShare);
  const chosen =
    telling.length > 0
      ? sharesAbove.map((least) => telling.findLast(({ share }) => share >= least))
      : [above.find(({ share }) => share < sharesAbove[0])];
  const boundsMs = [...new Set(chosen.flatMap((one) => (one ? [one.boundMs] : [])))];
  return boundsMs.length > 0 ? { kind: 'bounds', boundsMs } : { kind: 'tooCoarse' };
}

/** The finite bounds that all of them have, ascending: revisions may have different layouts. */
function commonBounds(histograms: readonly Histogram[]): number[] {
  const [first, ...others] = histograms.map(
    ({ buckets }) => new Set([...buckets.keys()].filter(Number.isFinite)),
  );
  return [...(first ?? [])]
    .filter((boundMs) => others.every((bounds) => bounds.has(boundMs)))
    .sort((left, right) => left - right);
}
