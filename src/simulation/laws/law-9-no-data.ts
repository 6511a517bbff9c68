import type { RolloutDecision } from '../../api/model-rollout.ts';
import type { Law } from './law.ts';

/** What the metrics source has answered about a revision until now. */
export interface AnswersGiven {
  healthy: number;
  harmful: number;
}

/** Law 9: silence is never a Pass and never a Fail. Whoever claims a verdict had an answer that says so. */
export function silenceDecidesNothing(answersOf: (revision: string) => AnswersGiven): Law {
  return {
    written: ({ write: { kind }, before, after: { rollout } }) => {
      if (kind !== 'ModelRollout' || !rollout || rollout.spec.analysis.metrics.length === 0) return undefined;
      const known = before.rollout?.name === rollout.name ? (before.rollout.status.decisions ?? []) : [];
      const given = answersOf(rollout.spec.to.revision);
      const isNew = (decision: RolloutDecision) => !known.some(({ at }) => at === decision.at);
      for (const decision of (rollout.status.decisions ?? []).filter(isNew)) {
        if (decision.reason === 'AnalysisFailed' && given.harmful === 0)
          return `law 9: ${rollout.name} failed by analysis, and no answer ever said so: ${decision.message}`;
        if (decision.verdict === 'Pass' && decision.action !== 'StepEntered' && given.healthy === 0)
          return `law 9: ${rollout.name} passed a gate, and no answer ever said so: ${decision.message}`;
      }
      return undefined;
    },
  };
}
