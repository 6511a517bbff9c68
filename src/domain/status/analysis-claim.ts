import type { Condition } from '../../api/conditions.ts';
import type { RolloutContext } from '../strategy/rollout-context.ts';
import type { Claim } from './set-conditions.ts';

/** Whether the metrics that the gates need are there (law 9: what is missing shows here, and holds). */
export function analysisClaim({ world, rollout, judgement }: RolloutContext): Claim {
  const { metrics } = world.analysis;
  const { analysis } = rollout.spec;
  if (analysis.metrics.length === 0) {
    return {
      status: 'False',
      reason: 'NoMetrics',
      message: 'no metric is asked for: gates pass by hold and readiness',
    };
  }
  switch (metrics.kind) {
    case 'notConfigured':
      return {
        status: 'False',
        reason: 'NotConfigured',
        message: 'the controller has no metrics source: gates pass by hold and readiness',
      };
    case 'unknownSource':
      return {
        status: 'False',
        reason: 'UnknownSource',
        message: `analysis.source "${metrics.name}" is not configured in the controller`,
      };
    case 'noPreset':
      return { status: 'False', reason: 'UnknownPreset', message: metrics.message };
    case 'pending':
      return before(world.deployment.status?.conditions) ?? notNeeded;
    case 'measured': {
      const silent = judgement?.metrics.find(({ verdict, dryRun }) => verdict === 'NoData' && !dryRun);
      if (!judgement) return notNeeded;
      return silent
        ? { status: 'False', reason: silent.reason, message: silent.message }
        : {
            status: 'True',
            reason: 'AnalysisAvailable',
            message: 'the metrics that the gates need are there',
          };
    }
  }
}

export const notNeeded: Claim = { status: 'Unknown', reason: 'NotNeeded', message: 'no gate is open' };

/** While an answer is under way the last one stands. */
function before(conditions: readonly Condition[] | undefined): Claim | undefined {
  const found = conditions?.find(({ type }) => type === 'AnalysisAvailable');
  return found && { status: found.status, reason: found.reason as Claim['reason'], message: found.message };
}
