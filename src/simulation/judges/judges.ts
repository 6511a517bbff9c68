import type { Judge } from './judge.ts';
import { kayentaLike } from './mann-whitney.ts';
import { argoLike, flaggerLike } from './threshold.ts';

/** A minute's window, a check a minute, five minutes a step: as the documentation of Flagger and Argo Rollouts advises. */
const minutes = { windowS: 60, everyS: 60, stepS: 300 };
/** A point a minute, and no look before there are ten; the runs that its documentation advises take hours. */
const points = { pointS: 60, firstS: 600, everyS: 300, stepS: 600 };

/**
 * Models of other judges, each made anew for each rollout. `least`: the least share of good answers of each metric, 0 to 1, as somebody would
 * write it down for the first two; the third compares.
 */
export const otherJudges: Readonly<Record<string, (least: readonly number[]) => Judge>> = {
  Flagger: (least) => flaggerLike({ ...minutes, least, threshold: 5 }),
  'Argo Rollouts': (least) => argoLike({ ...minutes, least, failureLimit: 3 }),
  'Kayenta, Mann-Whitney': (least) => kayentaLike({ ...points, metrics: least.length }),
};
