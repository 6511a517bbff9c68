import { addCounts, type ArmCounts, noCounts } from './arm-counts.ts';
import type { MetricTest } from './metric-test.ts';

/**
 * The plain threshold: the candidate's share of bad requests on the step against a limit.
 *
 * It passes from `minRequests` on. It fails from then on too, and before when so many requests are bad already that even
 * flawless ones could not bring the share down to the limit by then. It knows no error probability.
 */
export const thresholdTest: MetricTest<ArmCounts> = {
  start: noCounts,
  add: addCounts,
  judge({ candidate: { requests, bad } }, { max, minRequests }) {
    if (bad > max * Math.max(requests, minRequests)) return { verdict: 'Fail', reason: 'LimitExceeded' };
    if (requests < minRequests) return { verdict: 'Inconclusive', reason: 'TooFewRequests' };
    return { verdict: 'Pass', reason: 'WithinLimit' };
  },
};
