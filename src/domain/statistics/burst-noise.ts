import { dispersion } from './dispersion.ts';
import { checkedCounts, type Counts } from './interval.ts';

/** Pairs of intervals below which nothing is said. */
const minPairs = 30;
/**
 * Pairs that differ by more standard deviations than this are left out: an outage that began and ended is no property of the service. The
 * deviation is a first guess, without the part of the pairs that differ most.
 */
const mostDeviations = 4;
const trimmed = 0.05;

/**
 * How much more the counts of one arm vary from one interval to the next than those of independent requests, from that arm alone:
 * each two intervals that follow each other are the two groups of `dispersion`, so that a base rate that drifts slowly plays no part.
 * 1 where no more is seen than chance explains (two standard errors, sqrt(2/n) for n pairs), undefined where there are too few.
 *
 * It finds bursts within an interval, and is blind to what lasts longer, which compares as drift.
 */
export function burstNoise(intervals: readonly Counts[]): number | undefined {
  const pairs: [Counts, Counts][] = [];
  for (let at = 0; at + 1 < intervals.length; at += 2) {
    const pair: [Counts, Counts] = [
      checkedCounts(intervals[at]!, 'first'),
      checkedCounts(intervals[at + 1]!, 'second'),
    ];
    if (pair.every(({ requests }) => requests > 0) && pair[0].bad + pair[1].bad > 0) pairs.push(pair);
  }
  if (pairs.length < minPairs) return undefined;
  const ordered = pairs
    .map((pair) => ({ pair, squared: deviationSquared(pair) }))
    .sort((left, right) => left.squared - right.squared);
  const guess = dispersion(
    ordered.slice(0, Math.ceil((1 - trimmed) * ordered.length)).map(({ pair }) => pair),
  );
  const kept = ordered
    .filter(({ squared }) => squared <= mostDeviations ** 2 * guess)
    .map(({ pair }) => pair);
  const seen = dispersion(kept);
  return seen > 1 + 2 * Math.sqrt(2 / kept.length) ? seen : 1;
}

/** By how many of their standard deviations, squared, the two of a pair differ, if their requests are independent. */
function deviationSquared([first, second]: [Counts, Counts]): number {
  const share = first.requests / (first.requests + second.requests);
  const bad = first.bad + second.bad;
  return (first.bad - share * bad) ** 2 / (share * (1 - share) * bad);
}
