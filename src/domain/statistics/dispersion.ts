import { checkedCounts, type Counts } from './interval.ts';

/**
 * How much more the counts of bad requests vary than those of independent requests would: Pearson's chi-square over its
 * degrees of freedom, for groups that do not differ (the pods of one revision, or two halves of them), at least 1.
 *
 * Given the bad requests M of one interval, a group with share w of its requests expects w M of them, with variance
 * w (1-w) M. The ratio of the sums over intervals is immune to a drifting base rate, and unbiased for bursts (the mean of
 * the intervals' ratios is not). Input: per interval the counts of each group. 1 where nothing was bad.
 */
export function dispersion(intervals: readonly (readonly Counts[])[]): number {
  let [squares, expected] = [0, 0];
  for (const groups of intervals) {
    const counts = groups.map((group) => checkedCounts(group, 'group'));
    const requests = counts.reduce((sum, group) => sum + group.requests, 0);
    const bad = counts.reduce((sum, group) => sum + group.bad, 0);
    if (requests === 0) continue;
    for (const group of counts) {
      const share = group.requests / requests;
      squares += (group.bad - share * bad) ** 2;
      expected += share * (1 - share) * bad;
    }
  }
  return expected > 0 ? Math.max(1, squares / expected) : 1;
}
