import type { Condition, ConditionType } from '../../api/conditions.ts';
import type { ModelDeploymentStatus } from '../../api/model-deployment-status.ts';
import type { Reason } from '../../api/reasons.ts';
import type { EventIntent } from '../decision.ts';

/**
 * What a person must know of, as a condition says it. Metrics that are silent for a moment are no news: that is told when the rollout pauses, or
 * by an alert; a question that nobody can answer is.
 */
const problems: {
  type: ConditionType;
  bad: Condition['status'];
  action: string;
  only?: readonly Reason[];
}[] = [
  { type: 'Stalled', bad: 'True', action: 'Stall' },
  { type: 'Available', bad: 'False', action: 'Serve', only: ['Unavailable'] },
  {
    type: 'AnalysisAvailable',
    bad: 'False',
    action: 'Analyze',
    only: [
      'UnknownSource',
      'UnknownPreset',
      'NotInPreset',
      'SourceUnavailable',
      'QueryFailed',
      'QueryAmbiguous',
      'TooManySeries',
      'InvalidQuery',
      'InvalidExpression',
      'TemplateNotFound',
      'InvalidTemplate',
    ],
  },
  { type: 'Notified', bad: 'False', action: 'Notify' },
];

/**
 * An event for each problem that a status says and the stored one does not: what a restarted controller finds in the API server is not told
 * again. What the pass tells of anyway, with the same reason, is not told twice.
 */
export function problemEvents(
  before: ModelDeploymentStatus | undefined,
  after: ModelDeploymentStatus,
  told: readonly EventIntent[] = [],
): EventIntent[] {
  const isTold = (reason: string) => told.some((event) => event.reason === reason);
  return problems.flatMap(({ type, bad, action, only }): EventIntent[] => {
    const now = find(after, type);
    if (now?.status !== bad || isTold(now.reason)) return [];
    if (only && !only.includes(now.reason as Reason)) return [];
    const then = find(before, type);
    if (then?.status === bad && then.reason === now.reason) return [];
    return [{ type: 'Warning', reason: now.reason as Reason, action, message: now.message }];
  });
}

const find = (status: ModelDeploymentStatus | undefined, wanted: ConditionType): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === wanted);
