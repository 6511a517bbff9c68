import { seriesKey } from '../series-store.ts';
import { omit, type PointSeries } from './values.ts';

interface Bucket {
  bound: number;
  count: number;
}

/** Prometheus' `histogram_quantile` over classic buckets: linear within the bucket that holds the quantile. */
export function histogramQuantile(quantile: number, series: readonly PointSeries[]): PointSeries[] {
  const histograms = new Map<string, { labels: PointSeries['labels']; buckets: Bucket[] }>();
  for (const { labels, value } of series) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le'] ?? NaN);
    if (Number.isNaN(bound)) continue;
    const rest = omit(labels, ['le']);
    const key = seriesKey(rest);
    const histogram = histograms.get(key) ?? { labels: rest, buckets: [] };
    histogram.buckets.push({ bound, count: value });
    histograms.set(key, histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    value: quantileOf(quantile, buckets),
  }));
}

function quantileOf(quantile: number, unordered: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const buckets = [...unordered].sort((left, right) => left.bound - right.bound);
  const all = buckets.at(-1);
  if (!all || all.bound !== Infinity || buckets.length < 2 || !(all.count > 0)) return NaN;
  const rank = quantile * all.count;
  const index = buckets.slice(0, -1).findIndex(({ count }) => count >= rank);
  if (index < 0) return buckets.at(-2)!.bound;
  const { bound, count } = buckets[index]!;
  if (index === 0 && bound <= 0) return bound;
  const below = buckets[index - 1] ?? { bound: 0, count: 0 };
  return below.bound + (bound - below.bound) * ((rank - below.count) / (count - below.count));
}
