import { checkedCounts, type Counts } from './interval.ts';

/** What the pods of one revision gained in one interval, by the name of the pod. */
export type PodCounts = Readonly<Record<string, Counts>>;

/** How the pods of one revision differ, although they are the same: the noise that a comparison of two revisions has to bear. */
export interface PodNoise {
  /** Variance of counts in time relative to that of independent requests, 1 and more: divide evidence by it. */
  dispersion: number;
  /** Standard deviation of the ln of a pod's lasting rate of bad requests: its node, its zone, its cache. */
  spread: number;
  /** The pods that were compared. */
  pods: number;
}

/** Bad requests per pod, over the dispersion, below which a lasting difference cannot be told from chance: 10 % of noise. */
const minBadPerPod = 100;
/** Comparisons (pods of an interval, less one) below which the dispersion says too little. */
const minComparisons = 10;

interface Comparison {
  pod: string;
  requests: number;
  bad: number;
}

/**
 * Measures the noise between the pods of the stable revision, from their counts over intervals (an A/A comparison without
 * extra pods). Undefined where there are too few pods, intervals or bad requests to tell.
 *
 * Each pod has a lasting factor on a rate that all share at any moment; the factors are fitted by iterated proportions (the
 * maximum likelihood of a Poisson model of rows and columns). What counts differ from the fit gives the dispersion
 * (see `dispersion`; a fitted factor takes one degree of freedom), and what factors differ beyond that noise
 * gives the spread, by the method of moments (DerSimonian and Laird). Assumption: a pod that left is as typical as one that stays.
 */
export function podNoise(intervals: readonly PodCounts[]): PodNoise | undefined {
  const rows = intervals.map(comparisonsOf).filter((row) => row.length >= 2 && sumOf(row, 'bad') > 0);
  const byPod = totals(rows);
  const pods = byPod.size;
  const comparisons = rows.reduce((sum, row) => sum + row.length - 1, 0);
  if (pods < 2 || comparisons - (pods - 1) < minComparisons) return undefined;

  const dispersion = dispersionAround(rows, fittedFactors(rows, byPod), comparisons - (pods - 1));
  const bad = rows.reduce((sum, row) => sum + sumOf(row, 'bad'), 0);
  if (bad / pods / dispersion < minBadPerPod) return undefined;
  return { dispersion, spread: spreadOf([...byPod.values()], dispersion), pods };
}

function comparisonsOf(counts: PodCounts): Comparison[] {
  return Object.entries(counts)
    .map(([pod, gained]) => ({ pod, ...checkedCounts(gained, pod) }))
    .filter(({ requests }) => requests > 0);
}

const sumOf = (row: readonly Comparison[], field: 'requests' | 'bad'): number =>
  row.reduce((sum, comparison) => sum + comparison[field], 0);

interface PodTotal {
  bad: number;
  /** Bad requests that it would have with the rate of all. */
  expected: number;
}

function totals(rows: readonly Comparison[][]): Map<string, PodTotal> {
  const byPod = new Map<string, PodTotal>();
  for (const row of rows) {
    const rate = sumOf(row, 'bad') / sumOf(row, 'requests');
    for (const { pod, requests, bad } of row) {
      const known = byPod.get(pod) ?? { bad: 0, expected: 0 };
      byPod.set(pod, { bad: known.bad + bad, expected: known.expected + requests * rate });
    }
  }
  return byPod;
}

/** Iterations of the fit; the third already changes little, since the first guess is exact where shares are constant. */
const iterations = 10;

/** The lasting factor of each pod, relative to the others. */
function fittedFactors(
  rows: readonly Comparison[][],
  byPod: ReadonlyMap<string, PodTotal>,
): Map<string, number> {
  let factors = new Map([...byPod].map(([pod, { bad, expected }]) => [pod, bad / expected]));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const expected = new Map<string, number>();
    for (const row of rows) {
      const total = sumOf(row, 'bad') / weighted(row, factors);
      for (const { pod, requests } of row) expected.set(pod, (expected.get(pod) ?? 0) + requests * total);
    }
    factors = new Map([...byPod].map(([pod, { bad }]) => [pod, bad / expected.get(pod)!]));
  }
  return factors;
}

/** Above 0: a row has bad requests, and so has one of its pods a factor. */
const weighted = (row: readonly Comparison[], factors: ReadonlyMap<string, number>): number =>
  row.reduce((sum, { pod, requests }) => sum + requests * factors.get(pod)!, 0);

function dispersionAround(
  rows: readonly Comparison[][],
  factors: ReadonlyMap<string, number>,
  degreesOfFreedom: number,
): number {
  let [squares, variance, comparisons] = [0, 0, 0];
  for (const row of rows) {
    const [bad, total] = [sumOf(row, 'bad'), weighted(row, factors)];
    comparisons += row.length - 1;
    for (const { pod, requests, bad: ofPod } of row) {
      const share = (requests * factors.get(pod)!) / total;
      squares += (ofPod - share * bad) ** 2;
      variance += share * (1 - share) * bad;
    }
  }
  return variance > 0 ? Math.max(1, (squares / variance) * (comparisons / degreesOfFreedom)) : 1;
}

function spreadOf(pods: readonly PodTotal[], dispersion: number): number {
  const all = pods.reduce((sum, { expected }) => sum + expected, 0);
  const concentration = pods.reduce((sum, { expected }) => sum + (expected / all) ** 2, 0);
  let [excess, scale] = [0, 0];
  for (const { bad, expected } of pods) {
    const share = expected / all;
    excess += (bad - expected) ** 2 - dispersion * expected * (1 - share);
    scale += expected ** 2 * (1 - 2 * share + concentration);
  }
  return Math.sqrt(Math.log1p(Math.max(0, excess / scale)));
}
