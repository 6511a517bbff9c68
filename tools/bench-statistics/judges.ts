import type { Judge } from '../../src/simulation/judges/judge.ts';
import { otherJudges } from '../../src/simulation/judges/judges.ts';
import { adaptiveJudge } from '../../src/simulation/judges/adaptive.ts';
import { sequentialJudge } from '../../src/simulation/judges/sequential.ts';
import { scrapeIntervalS } from './traffic.ts';

const { Flagger, 'Argo Rollouts': argo, 'Kayenta, Mann-Whitney': kayenta } = otherJudges;

/** The judges that are compared, each made anew for each rollout. */
export const judges: Record<string, () => Judge> = {
  Understudy: () => sequentialJudge({ scrapeIntervalS }),
  'Understudy, adaptive': () => adaptiveJudge({ scrapeIntervalS }),
  'Flagger, >= 99 %, threshold 5': () => Flagger!([0.99]),
  'Flagger, >= 95 %, threshold 5': () => Flagger!([0.95]),
  'Argo Rollouts, >= 99 %, failureLimit 3': () => argo!([0.99]),
  'Argo Rollouts, >= 95 %, failureLimit 3': () => argo!([0.95]),
  'Kayenta, Mann-Whitney': () => kayenta!([0]),
};
