import type { PodCounts } from '../statistics/pod-noise.ts';
import { countsOfSlow, slowCounters } from './arm-counts.ts';
import { countIncreases, type CountingWindow, identity, type Increase, scrapesByTarget } from './counting.ts';
import type { SampleSeries } from './measurement.ts';
import type { BucketRole, CounterFamily, RequestRole } from './preset.ts';
import { roundsOf } from './rounds.ts';

/** What each scrape target of the stable revision gained in each round: a target is a pod where the pods themselves are scraped. */
export function countPodRequests(
  family: CounterFamily<RequestRole>,
  series: readonly SampleSeries[],
  at: { atMs: number; scrapeIntervalMs: number },
): PodCounts[] {
  const window = wholeWindow(family, series, at);
  return perTarget(countIncreases(series, family, window), window, family.ownLabels, (labels) => {
    const role = family.read(labels);
    return role?.arm === 'stable' ? { bad: role.bad, counts: !role.repeated } : undefined;
  });
}

/** The same of slow requests, by the bucket that ends at `boundMs`. */
export function countSlowPodRequests(
  family: CounterFamily<BucketRole>,
  series: readonly SampleSeries[],
  at: { atMs: number; scrapeIntervalMs: number; boundMs: number },
): PodCounts[] {
  const window = wholeWindow(family, series, at);
  const { counters, labels: own } = slowCounters(family, series, at.boundMs);
  return perTarget(countIncreases(counters, own, window), window, own.ownLabels, (labels) => {
    const part = countsOfSlow(labels);
    if (!part || family.read(labels)?.arm !== 'stable') return undefined;
    return { bad: part === 'slow', counts: part === 'all' };
  });
}

/** Everything that was answered, from its first sample on. */
export function wholeWindow(
  { ownLabels }: CounterFamily<unknown>,
  series: readonly SampleSeries[],
  { atMs, scrapeIntervalMs }: { atMs: number; scrapeIntervalMs: number },
): CountingWindow {
  const scrapes = scrapesByTarget(series, ownLabels);
  const afterMs = Math.min(atMs, ...scrapes.map(([first]) => first ?? atMs));
  const roundsMs = roundsOf(scrapes, { afterMs, atMs, scrapeIntervalMs });
  return { afterMs, roundsMs, steadyFromMs: atMs };
}

function perTarget(
  increases: readonly Increase[],
  { roundsMs }: CountingWindow,
  ownLabels: readonly string[],
  read: (labels: Increase['labels']) => { bad: boolean; counts: boolean } | undefined,
): PodCounts[] {
  const rounds = roundsMs.map((): Record<string, { requests: number; bad: number }> => ({}));
  for (const { labels, gained } of increases) {
    const role = read(labels);
    if (!role) continue;
    const target = identity(labels, ownLabels);
    rounds.forEach((round, index) => {
      const counts = (round[target] ??= { requests: 0, bad: 0 });
      if (role.counts) counts.requests += gained[index]!;
      if (role.bad) counts.bad += gained[index]!;
    });
  }
  return rounds;
}
