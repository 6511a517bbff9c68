import type { MetricEvidence } from '../../api/model-rollout-status.ts';
import type { RolloutAnalysis, RolloutEvidence } from '../../api/model-rollout.ts';

/**
 * The newest sample that was used of each family of counters, in milliseconds since the epoch. Each family has a cursor of its own,
 * because each has a query of its own that can fail alone: what one of them did not answer is counted when it does (law 10).
 */
export interface Cursors {
  requestsMs: number;
  latencyMs: number;
}

export function cursorsOf({ cursorMs, latencyCursorMs = cursorMs }: RolloutEvidence): Cursors {
  return { requestsMs: cursorMs, latencyMs: latencyCursorMs };
}

/** As the record stores them: one number, unless they differ. */
export function storedCursors({
  requestsMs,
  latencyMs,
}: Cursors): Pick<RolloutEvidence, 'cursorMs' | 'latencyCursorMs'> {
  return { cursorMs: requestsMs, ...(latencyMs !== requestsMs && { latencyCursorMs: latencyMs }) };
}

/** Where a rollout stands, and by what plan. */
export interface EvidencePlace {
  stepIndex: number;
  sinceMs: number;
  splitSinceMs?: number;
  plan?: Pick<RolloutAnalysis, 'warmUpMs'>;
}

/**
 * The evidence that counts for a step: what is there when it is of this step, else what of it belongs to the whole rollout.
 *
 * Harm is looked for through the whole rollout, and a Pass is earned anew on each step (design, section 6). No cursor ever goes back:
 * what was counted on one step is not counted on the next (law 10). `sinceMs` is when the router acknowledged the step's
 * split; samples up to then only anchor. A step that changes its split goes on with its evidence, but for the share, which is that of one
 * split: `splitSinceMs`.
 */
export function evidenceForStep(
  evidence: RolloutEvidence | undefined,
  { stepIndex, sinceMs, splitSinceMs, plan }: EvidencePlace,
): RolloutEvidence {
  if (evidence && evidence.stepIndex === stepIndex && evidence.sinceMs === sinceMs) {
    if (!evidence.share || evidence.share.sinceMs === splitSinceMs) return evidence;
    const { share: _ofAnotherSplit, ...rest } = evidence;
    return rest;
  }
  const { requestsMs, latencyMs } = evidence ? cursorsOf(evidence) : { requestsMs: 0, latencyMs: 0 };
  return {
    ...storedCursors({
      requestsMs: Math.max(requestsMs, sinceMs),
      latencyMs: Math.max(latencyMs, sinceMs),
    }),
    stepIndex,
    sinceMs,
    ...(plan?.warmUpMs && { beganMs: evidence?.beganMs ?? sinceMs }),
    ...(evidence?.measuredAtMs !== undefined && { measuredAtMs: evidence.measuredAtMs }),
    metrics: Object.fromEntries(
      Object.entries(evidence?.metrics ?? {}).flatMap(([name, known]) => {
        const kept = ofWholeRollout(known);
        return kept ? [[name, kept]] : [];
      }),
    ),
  };
}

/** What of a metric's evidence belongs to the whole rollout, and stays when a step ends. */
export function ofWholeRollout({ whole, tests, loss, boundsMs }: MetricEvidence): MetricEvidence | undefined {
  if (!whole || !tests) return undefined;
  const { harm, limit } = tests;
  return {
    measurements: 0,
    failures: 0,
    whole,
    tests: { ...(harm && { harm }), ...(limit && { limit }) },
    ...(loss && { loss }),
    ...(boundsMs && { boundsMs }),
  };
}
