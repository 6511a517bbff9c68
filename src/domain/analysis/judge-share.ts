import type { RolloutEvidence } from '../../api/model-rollout.ts';
import { shareTest, shareTolerance } from '../statistics/share-test.ts';
import { percent } from './words.ts';

/** Whether requests arrive in the split that was written (law 7). Only `rejected` keeps a step from being left. */
export interface ShareFinding {
  state: 'consistent' | 'rejected' | 'unknown' | 'exempt';
  message: string;
}

/**
 * Judges the requests of both arms on the step against the candidate's expected share (0 to 1). Only intervals that lie
 * wholly after the split was in force are in them, since one share must hold for all.
 */
export function judgeShare(
  share: RolloutEvidence['share'],
  expectedShare: number | undefined,
): { share: ShareFinding; observedShare?: number } {
  const { candidate, stable } = share ?? { candidate: 0, stable: 0 };
  if (expectedShare === undefined || expectedShare <= 0) {
    const exempt: ShareFinding = { state: 'exempt', message: 'no share is expected here' };
    const total = candidate + stable;
    return total > 0 ? { share: exempt, observedShare: candidate / total } : { share: exempt };
  }
  const { rejected, observed } = shareTest({ candidate, stable }, expectedShare);
  if (observed === undefined) {
    return { share: { state: 'unknown', message: 'no requests were counted under the split yet' } };
  }
  const counted = `${candidate} of ${candidate + stable} requests reached the candidate (${percent(observed)}), expected are ${percent(expectedShare)}`;
  return rejected
    ? {
        share: { state: 'rejected', message: `${counted}, give or take ${percent(shareTolerance)} of that` },
        observedShare: observed,
      }
    : { share: { state: 'consistent', message: counted }, observedShare: observed };
}
