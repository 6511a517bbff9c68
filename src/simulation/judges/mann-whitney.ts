import { addCounts, type ArmCounts, type Counts, noCounts } from '../../domain/analysis/arm-counts.ts';
import type { Judge } from './judge.ts';
import { rankShift } from './rank-shift.ts';
import { Every } from './recent-counts.ts';

/** What the judge says of one metric. */
export type Label = 'Pass' | 'High' | 'Nodata';

/** Of a confidence of 98 %, and of the estimate: constants in Kayenta's judge, whatever is configured. */
const quantile = 2.326348;
const toleranceOfEstimate = 0.25;

/**
 * How Kayenta's NetflixACAJudge labels a metric that should not rise (`direction: increase`, no limit on the effect): High when the whole
 * confidence interval of the shift lies above a quarter of its estimate. Points that are no number are left out (`nanStrategy: remove`);
 * without points there is no data.
 */
export function labelOf(candidate: readonly number[], stable: readonly number[]): Label {
  const [above, below] = [candidate.filter(Number.isFinite), stable.filter(Number.isFinite)];
  if (above.length === 0 || below.length === 0) return 'Nodata';
  if (new Set([...above, ...below]).size === 1) return 'Pass';
  const { lower, estimate } = rankShift(above, below, quantile);
  return lower > toleranceOfEstimate * Math.abs(estimate) ? 'High' : 'Pass';
}

export interface MannWhitneyOptions {
  metrics: number;
  /** The time of one point of a series, in seconds. */
  pointS: number;
  /** When it looks first, and how often then, in seconds. */
  firstS: number;
  everyS: number;
  stepS: number;
}

/**
 * Like a canary stage of Spinnaker: shares of bad answers, a point for each minute, both revisions over the whole time so far, looked at
 * again and again. A metric that is High fails the canary, since each is critical; time leaves the step, but for want of data.
 */
export function kayentaLike({ metrics, pointS, firstS, everyS, stepS }: MannWhitneyOptions): Judge {
  const series = Array.from({ length: metrics }, () => ({
    current: noCounts(),
    candidate: [] as number[],
    stable: [] as number[],
  }));
  const points = new Every(pointS);
  const looks = new Every(everyS, firstS);
  let labels: Label[] = [];
  return {
    look(counts: readonly ArmCounts[], { atS, heldS }) {
      series.forEach((one, index) => (one.current = addCounts(one.current, counts[index]!)));
      if (points.isDue(atS)) {
        for (const one of series) {
          one.candidate.push(badShare(one.current.candidate));
          one.stable.push(badShare(one.current.stable));
          one.current = noCounts();
        }
      }
      if (looks.isDue(atS)) labels = series.map(({ candidate, stable }) => labelOf(candidate, stable));
      if (labels.includes('High')) return 'rollBack';
      const isKnown = labels.length > 0 && labels.every((label) => label === 'Pass');
      return isKnown && heldS >= stepS ? 'advance' : 'stay';
    },
  };
}

/** NaN without requests. */
const badShare = ({ requests, bad }: Counts): number => bad / requests;
