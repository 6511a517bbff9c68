import { countIncreases, type CountingWindow, type SeriesLabels } from './counting.ts';
import { histogramsOf } from './histograms.ts';
import type { Labels, Sample, SampleSeries } from './measurement.ts';
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
 * What both arms gained in each round of the window, by the counters of requests. A missing series of errors beside a counted series of
 * requests means no errors: sums begin at 0. `steady` holds the requests for the share test.
 */
export function countRequests(
  family: CounterFamily<RequestRole>,
  series: readonly SampleSeries[],
  window: CountingWindow,
): { rounds: ArmCounts[]; steady: Record<ArmName, number> } {
  const rounds = window.roundsMs.map(noCounts);
  const steady = { candidate: 0, stable: 0 };
  for (const { labels, gained, steady: steadily } of countIncreases(series, family, window)) {
    const role = family.read(labels);
    if (!role) continue;
    rounds.forEach((round, index) => {
      if (role.bad) round[role.arm].bad += gained[index]!;
      if (!role.repeated) round[role.arm].requests += gained[index]!;
    });
    if (!role.repeated) steady[role.arm] += steadily;
  }
  return { rounds, steady };
}

/** What both arms gained in each round of the window, by the buckets of histograms: bad is slower than the bound. */
export function countSlowRequests(
  family: CounterFamily<BucketRole>,
  series: readonly SampleSeries[],
  window: CountingWindow,
  boundMs: number,
): ArmCounts[] {
  const { counters, labels } = slowCounters(family, series, boundMs);
  const rounds = window.roundsMs.map(noCounts);
  for (const { labels: found, gained } of countIncreases(counters, labels, window)) {
    const part = countsOfSlow(found);
    const role = part && family.read(found);
    if (!role) continue;
    rounds.forEach((round, index) => {
      round[role.arm][part === 'all' ? 'requests' : 'bad'] += gained[index]!;
    });
  }
  return rounds;
}

/**
 * Slow requests as a counter of their own, made sample by sample: what a bucket and the whole histogram say belongs to the same
 * scrape, and a reset that hides in one of them shows in the other.
 */
export function slowCounters(
  family: CounterFamily<BucketRole>,
  series: readonly SampleSeries[],
  boundMs: number,
): { counters: SampleSeries[]; labels: SeriesLabels } {
  const counters = series.filter(({ labels }) => !family.read(labels));
  for (const { buckets } of histogramsOf(family, series)) {
    const [all, within] = [buckets.get(Infinity), buckets.get(boundMs)];
    if (!all || !within) continue;
    const fast = new Map(within.samples);
    const both = all.samples.filter(([timeMs]) => fast.has(timeMs));
    const slow = both.map(([timeMs, value]): Sample => [timeMs, value - fast.get(timeMs)!]);
    counters.push({ labels: { ...all.labels, [partLabel]: 'all' }, samples: both });
    counters.push({ labels: { ...all.labels, [partLabel]: 'slow' }, samples: slow });
  }
  const labels = {
    ownLabels: [...family.ownLabels, partLabel],
    partLabels: [...family.partLabels, partLabel],
  };
  return { counters, labels };
}

/** Which of the two counters that are made of a histogram this is. */
export const countsOfSlow = (labels: Labels): 'all' | 'slow' | undefined =>
  labels[partLabel] as 'all' | 'slow' | undefined;

/** Tells the two counters that are made of a histogram apart. No label of a source is empty. */
const partLabel = '';
