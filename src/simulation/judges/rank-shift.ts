/** By how much one sample lies above another, by ranks. */
export interface RankShift {
  /** The Hodges-Lehmann estimate: the median of all differences. */
  estimate: number;
  /** The ends of the confidence interval. */
  lower: number;
  upper: number;
}

/**
 * The interval that inverts the Mann-Whitney test with the normal approximation, a variance that heeds ties, and a continuity correction of
 * one half, as R's `wilcox.test(conf.int = TRUE, exact = FALSE)` and Kayenta's judge have it (Bauer 1972; Hollander and Wolfe,
 * section 4.3). Both look for its ends by iteration; they are differences of the samples, so that they are picked here.
 *
 * `z` is the normal quantile of the interval: 2.326348 for 98 %. Where the test can reject no shift at all, the ends are the least
 * and the greatest difference. Neither sample may be empty.
 */
export function rankShift(above: readonly number[], below: readonly number[], z: number): RankShift {
  const differences = Float64Array.from(above.flatMap((one) => below.map((other) => one - other))).sort();
  const pairs = differences.length;
  const all = above.length + below.length;
  // A shift of one sample leaves no ties between both, but for single shifts.
  const tied = (tiesOf(above) + tiesOf(below)) / (all * (all - 1));
  const sigma = Math.sqrt((pairs / 12) * (all + 1 - tied));
  // The shifts that are not rejected: those with more than `most` differences above them are too small.
  const most = pairs / 2 + 0.5 + z * sigma;
  const rank = Math.min(pairs - 1, Math.max(0, Math.ceil(pairs - 1 - most)));
  return {
    estimate: (differences[(pairs - 1) >> 1]! + differences[pairs >> 1]!) / 2,
    lower: differences[Math.min(rank, pairs - 1 - rank)]!,
    upper: differences[Math.max(rank, pairs - 1 - rank)]!,
  };
}

function tiesOf(values: readonly number[]): number {
  const times = new Map<number, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  return [...times.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
}
