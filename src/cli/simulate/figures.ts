import { badByModel, badOf, badOtherwise, type Served, slowerThan } from '../../simulation/traffic/ledger.ts';

/** What users were served, as a person or a program wants to know it. */
export interface ServedFigures {
  requests: number;
  /** Errors of the model itself: it answered with one, or crashed. */
  failed: number;
  /** Errors that the model did not make: no endpoint, a pod that was gone, no route. */
  failedOtherwise: number;
  /** Answers above the threshold; absent where no metric has one. */
  slow?: number;
}

export const figuresOf = (served: Served, thresholdMs: number | undefined): ServedFigures => ({
  requests: served.requests,
  failed: badOf(served, badByModel),
  failedOtherwise: badOf(served, badOtherwise),
  ...(thresholdMs !== undefined && { slow: slowerThan(served, thresholdMs) }),
});
