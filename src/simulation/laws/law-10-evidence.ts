import type { RolloutEvidence } from '../../api/model-rollout.ts';
import type { Law } from './law.ts';

/** Law 10: each interval is used at most once. The cursor never goes back, and nothing is counted that the source did not answer. */
export function evidenceCountsOnce(answersOf: (revision: string) => number): Law {
  const seen = new Map<string, RolloutEvidence>();
  return {
    written: ({ write: { kind, object }, after: { rollout } }) => {
      const evidence = rollout?.status.analysis?.evidence;
      if (kind !== 'ModelRollout' || !rollout || !evidence || object.metadata.name !== rollout.name)
        return undefined;
      const id = object.metadata.uid ?? '';
      const before = seen.get(id);
      seen.set(id, evidence);
      if (before && evidence.cursorMs < before.cursorMs)
        return `law 10: the cursor of ${rollout.name} goes back from ${before.cursorMs} to ${evidence.cursorMs}`;
      if (before && (evidence.measuredAtMs ?? 0) < (before.measuredAtMs ?? 0))
        return `law 10: ${rollout.name} uses a measurement of ${evidence.measuredAtMs} after one of ${before.measuredAtMs}`;
      const answered = answersOf(rollout.spec.to.revision);
      const counted = Object.values(evidence.metrics).find(({ measurements }) => measurements > answered);
      return counted
        ? `law 10: ${rollout.name} counted ${counted.measurements} measurements, and there were ${answered} answers`
        : undefined;
    },
  };
}
