import type { Judge } from '../rollout.ts';
import { sequentialJudge } from './sequential.ts';
import { argoLike, flaggerLike } from './threshold.ts';

/** A minute's window, a check a minute, five minutes a step: as the documentation of both advises. */
const minutes = { windowS: 60, everyS: 60, stepS: 300 };

/** The judges that are compared, each made anew for each rollout. */
export const judges: Record<string, () => Judge> = {
  Understudy: () => sequentialJudge(),
  'Flagger, >= 99 %, threshold 5': () => flaggerLike({ ...minutes, least: 0.99, threshold: 5 }),
  'Flagger, >= 95 %, threshold 5': () => flaggerLike({ ...minutes, least: 0.95, threshold: 5 }),
  'Argo Rollouts, >= 99 %, failureLimit 3': () => argoLike({ ...minutes, least: 0.99, failureLimit: 3 }),
  'Argo Rollouts, >= 95 %, failureLimit 3': () => argoLike({ ...minutes, least: 0.95, failureLimit: 3 }),
};
