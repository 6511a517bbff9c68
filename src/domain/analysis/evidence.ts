import type { RolloutEvidence } from '../../api/model-rollout.ts';

/**
 * The evidence that counts for a step: what is there when it is of this step, else an empty one.
 *
 * The cursor never goes back: what was counted on one step is not counted on the next (law 10). `sinceMs` is when the
 * router acknowledged the step's split; samples up to then only anchor.
 */
export function evidenceForStep(
  evidence: RolloutEvidence | undefined,
  { stepIndex, sinceMs }: { stepIndex: number; sinceMs: number },
): RolloutEvidence {
  if (evidence && evidence.stepIndex === stepIndex && evidence.sinceMs === sinceMs) return evidence;
  return {
    cursorMs: Math.max(evidence?.cursorMs ?? 0, sinceMs),
    stepIndex,
    sinceMs,
    ...(evidence?.measuredAtMs !== undefined && { measuredAtMs: evidence.measuredAtMs }),
    metrics: {},
  };
}
