import { logSumExp } from './log-sum-exp.ts';

/** The ratios that the test bets on, both ways: how far the share might lie beyond the tolerated edge. */
const alternatives = [1.25, 1.5, 2, 3, 5, 10, 30, 100];

/** How far the realised share may lie from the expected one, relative to it, before the test starts to bet. */
export const shareTolerance = 0.25;

/** The e-value at which the share is rejected: a true share within the tolerance is rejected once in 100 steps. */
export const shareRejection = 100;

/** Requests per arm. */
export interface ArmRequests {
  candidate: number;
  stable: number;
}

export interface ShareTestResult {
  /** Natural logarithm of the e-value against "the share lies within the tolerance". */
  lnE: number;
  rejected: boolean;
  /** The candidate's part of the requests, 0 to 1; absent without requests. */
  observed: number | undefined;
}

/**
 * Asks whether requests arrive in the expected split (law 7), from the counts of the whole step.
 *
 * Input: requests of both arms, and the candidate's expected share (0 to 1). Two one-sided tests (share above the upper
 * edge, share below the lower one) each average their e-values over the alternatives; the mean of both is the e-value.
 * Guarantee: however often one looks, a share within `tolerance` of the expected one is rejected with a probability of
 * at most 1 / `rejectAt` (Ville's inequality), whatever the size of the samples. Assumption: the expected share was the
 * same for all the counts given, and requests choose their arm independently.
 */
export function shareTest(
  requests: ArmRequests,
  expectedShare: number,
  options: { tolerance?: number; rejectAt?: number } = {},
): ShareTestResult {
  const { tolerance = shareTolerance, rejectAt = shareRejection } = options;
  const total = requests.candidate + requests.stable;
  const lnE = lnShareEvidence(requests.candidate, total, expectedShare, tolerance);
  return {
    lnE,
    rejected: lnE >= Math.log(rejectAt),
    observed: total > 0 ? requests.candidate / total : undefined,
  };
}

/** The mixture over all alternatives of both directions. */
export function lnShareEvidence(
  candidate: number,
  total: number,
  expected: number,
  tolerance: number,
): number {
  const upper = Math.min(expected * (1 + tolerance), 1);
  const lower = expected * (1 - tolerance);
  const steps = alternatives.flatMap((ratio) => [
    candidate * Math.log(ratio) - total * Math.log1p(upper * (ratio - 1)),
    -candidate * Math.log(ratio) - total * Math.log1p(lower * (1 / ratio - 1)),
  ]);
  return logSumExp(steps) - Math.log(steps.length);
}
