import { countIncreases, type CountingWindow } from './counting.ts';
import type { SampleSeries } from './measurement.ts';
import type { ArmName, BucketRole, CounterFamily, RequestRole } from './preset.ts';

/** Requests of one arm, and how many of them were bad: failed, or too slow. */
export interface Counts {
  requests: number;
  bad: number;
}

export type ArmCounts = Record<ArmName, Counts>;

export const noCounts = (): ArmCounts => ({
  candidate: { requests: 0, bad: 0 },
  stable: { requests: 0, bad: 0 },
});

/** Sums of both arms. */
export const addCounts = (a: ArmCounts, b: ArmCounts): ArmCounts => ({
  candidate: add(a.candidate, b.candidate),
  stable: add(a.stable, b.stable),
});

const add = (a: Counts, b: Counts): Counts => ({ requests: a.requests + b.requests, bad: a.bad + b.bad });

/**
 * What both arms gained in the window, by the counters of requests. A missing series of errors beside a counted series of
 * requests means no errors: sums begin at 0. `steady` holds the requests for the share test.
 */
export function countRequests(
  family: CounterFamily<RequestRole>,
  series: readonly SampleSeries[],
  window: CountingWindow,
): { counts: ArmCounts; steady: Record<ArmName, number> } {
  const counts = noCounts();
  const steady = { candidate: 0, stable: 0 };
  for (const increase of countIncreases(series, family, window)) {
    const role = family.read(increase.labels);
    if (!role) continue;
    counts[role.arm].requests += increase.total;
    if (role.bad) counts[role.arm].bad += increase.total;
    steady[role.arm] += increase.steady;
  }
  return { counts, steady };
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
  const bounds = commonBounds(family, series);
  if (bounds.length === 0) return { kind: 'noBuckets' };
  const usable = bounds.filter((boundMs) => boundMs <= thresholdMs);
  return usable.length > 0
    ? { kind: 'bound', boundMs: Math.max(...usable) }
    : { kind: 'belowAll', lowestMs: Math.min(...bounds) };
}

function commonBounds(family: CounterFamily<BucketRole>, series: readonly SampleSeries[]): number[] {
  const byHistogram = new Map<string, Set<number>>();
  for (const { labels } of series) {
    const role = family.read(labels);
    if (!role || !Number.isFinite(role.upperBoundMs)) continue;
    const histogram = JSON.stringify(
      Object.entries(labels)
        .filter(([name]) => !family.partLabels.includes(name))
        .sort(),
    );
    byHistogram.set(histogram, (byHistogram.get(histogram) ?? new Set()).add(role.upperBoundMs));
  }
  const [first, ...others] = [...byHistogram.values()];
  return [...(first ?? [])].filter((boundMs) => others.every((bounds) => bounds.has(boundMs)));
}

/** What both arms gained in the window, by the buckets of a histogram: bad is slower than the bound. */
export function countSlowRequests(
  family: CounterFamily<BucketRole>,
  series: readonly SampleSeries[],
  window: CountingWindow,
  boundMs: number,
): ArmCounts {
  const within = { candidate: 0, stable: 0 };
  const all = { candidate: 0, stable: 0 };
  for (const increase of countIncreases(series, family, window)) {
    const role = family.read(increase.labels);
    if (role?.upperBoundMs === Infinity) all[role.arm] += increase.total;
    else if (role?.upperBoundMs === boundMs) within[role.arm] += increase.total;
  }
  const arm = (name: ArmName): Counts => ({
    requests: all[name],
    bad: Math.max(0, all[name] - within[name]),
  });
  return { candidate: arm('candidate'), stable: arm('stable') };
}
