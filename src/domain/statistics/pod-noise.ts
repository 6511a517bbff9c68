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
  const fits = fitPods(rows);
  const comparisons = rows.reduce((sum, row) => sum + row.length - 1, 0);
  const free = comparisons - (fits.size - 1);
  if (fits.size < 2 || free < minComparisons) return undefined;

  const dispersion = dispersionAround(rows, fits, free / comparisons);
  if (total(fits, 'bad') / fits.size / dispersion < minBadPerPod) return undefined;
  return { dispersion, spread: spreadOf([...fits.values()], dispersion), pods: fits.size };
}

function comparisonsOf(counts: PodCounts): Comparison[] {
  return Object.entries(counts)
    .map(([pod, gained]) => ({ pod, ...checkedCounts(gained, pod) }))
    .filter(({ requests }) => requests > 0);
}

const sumOf = (row: readonly Comparison[], field: 'requests' | 'bad'): number =>
  row.reduce((sum, comparison) => sum + comparison[field], 0);

/** What is known of one pod over all intervals; its lasting factor is the ratio of the two. */
interface PodFit {
  bad: number;
  /** Bad requests that it would have with a factor of 1. */
  expected: number;
}

/** Rounds of the fit. The first is exact where the shares of the pods are constant, and each of the others brings it nearer. */
const iterations = 50;

function fitPods(rows: readonly Comparison[][]): Map<string, PodFit> {
  const pods = new Set(rows.flatMap((row) => row.map(({ pod }) => pod)));
  let fits = new Map([...pods].map((pod): [string, PodFit] => [pod, { bad: 1, expected: 1 }]));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const next = new Map([...pods].map((pod): [string, PodFit] => [pod, { bad: 0, expected: 0 }]));
    for (const row of rows) {
      const rate = sumOf(row, 'bad') / weighted(row, fits);
      for (const { pod, requests, bad } of row) {
        const fit = next.get(pod)!;
        fit.bad += bad;
        fit.expected += requests * rate;
      }
    }
    fits = next;
  }
  // Factors are relative to each other: those of all pods together make 1.
  const scale = total(fits, 'bad') / total(fits, 'expected');
  return new Map([...fits].map(([pod, { bad, expected }]) => [pod, { bad, expected: scale * expected }]));
}

const total = (fits: ReadonlyMap<string, PodFit>, field: keyof PodFit): number =>
  [...fits.values()].reduce((sum, fit) => sum + fit[field], 0);

const factorOf = ({ bad, expected }: PodFit): number => bad / expected;

/** Above 0: a row has bad requests, and so has one of its pods a factor. */
const weighted = (row: readonly Comparison[], fits: ReadonlyMap<string, PodFit>): number =>
  row.reduce((sum, { pod, requests }) => sum + requests * factorOf(fits.get(pod)!), 0);

/** `freedom`: the part of the comparisons that the fitted factors left free. */
function dispersionAround(
  rows: readonly Comparison[][],
  fits: ReadonlyMap<string, PodFit>,
  freedom: number,
): number {
  let [squares, variance] = [0, 0];
  for (const row of rows) {
    const [bad, all] = [sumOf(row, 'bad'), weighted(row, fits)];
    for (const { pod, requests, bad: ofPod } of row) {
      const share = (requests * factorOf(fits.get(pod)!)) / all;
      squares += (ofPod - share * bad) ** 2;
      variance += share * (1 - share) * bad;
    }
  }
  return variance > 0 ? Math.max(1, squares / variance / freedom) : 1;
}

function spreadOf(pods: readonly PodFit[], dispersion: number): number {
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
