import { dispersion } from './dispersion.ts';
import { checkedCounts, type Counts } from './interval.ts';

/** Pairs of intervals below which nothing is said. */
const minPairs = 30;
/** The part of the pairs that differ most and are left out: an outage that began and ended is no property of the service. */
const trimmed = 0.05;

/**
 * How much more the counts of one arm vary from one interval to the next than those of independent requests, from that arm alone:
 * each two intervals that follow each other are the two groups of `dispersion`, so that a base rate that drifts slowly plays no part.
 * 1 where no more is seen than chance explains (two standard errors, sqrt(2/n) for n pairs), undefined where there are too few.
 *
 * It finds bursts within an interval, and is blind to what lasts longer, which compares as drift. Leaving out pairs makes it a little small.
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
  const kept = pairs
    .sort((left, right) => difference(left) - difference(right))
    .slice(0, Math.ceil((1 - trimmed) * pairs.length));
  const seen = dispersion(kept);
  return seen > 1 + 2 * Math.sqrt(2 / kept.length) ? seen : 1;
}

/** By how many bad requests, squared, the first interval of a pair misses its share. */
function difference([first, second]: [Counts, Counts]): number {
  const share = first.requests / (first.requests + second.requests);
  return (first.bad - share * (first.bad + second.bad)) ** 2;
}
