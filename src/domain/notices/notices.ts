import type { NoticeKind } from '../../api/notification.ts';
import type { RolloutDecision } from '../../api/model-rollout.ts';
import { outcomes } from '../../api/phase.ts';
import type { DeploymentView, RolloutView } from '../world.ts';
import type { Notice } from './notice.ts';

/** What decisions are told as. What is missing here is told to nobody: it changes nothing that users or people see. */
const kinds: Record<string, NoticeKind> = {
  StepEntered: 'StepEntered',
  PromotedInFull: 'StepEntered',
  WeightRaised: 'WeightRaised',
  WeightRestored: 'WeightRaised',
  WeightTakenBack: 'WeightTakenBack',
  Returning: 'WeightTakenBack',
  Paused: 'Paused',
  Resumed: 'Resumed',
  Approved: 'Approved',
  RoleTaken: 'Baking',
  ...Object.fromEntries(Object.keys(outcomes).map((outcome) => [outcome, outcome as NoticeKind])),
};

/** Everything that can be told of a rollout, the oldest first: its start, its decisions as far as the record has them, and that it stands still now. */
export function noticesOf(
  deployment: Pick<DeploymentView, 'namespace' | 'name' | 'uid'>,
  rollout: RolloutView,
): Notice[] {
  const { spec, status } = rollout;
  const common = {
    namespace: deployment.namespace,
    name: deployment.name,
    rollout: { name: rollout.name, number: spec.number },
    from: spec.from,
    to: spec.to,
    steps: spec.plan.steps.length,
    ...(rollout.commit !== undefined && { commit: rollout.commit }),
  };
  // The record's own: its number may come again when somebody deleted it.
  const idOf = (what: string | number) => `${rollout.uid ?? deployment.uid}.${spec.number}.${what}`;
  const mark = (told: number) => ({ rollout: spec.number, told });
  const started: Notice = {
    ...common,
    id: idOf(1),
    kind: 'Started',
    at: status.phases?.[0]?.startedAt ?? status.step.enteredAt,
    step: 0,
    weight: 0,
    reason: 'RolloutStarted',
    message: `revision ${spec.to.revision} is rolled out in place of ${spec.from.revision}`,
    ...(spec.requestedBy && { requestedBy: spec.requestedBy.actor.name }),
    mark: mark(1),
  };
  const decided = (status.decisions ?? []).flatMap((decision, index): Notice[] => {
    const told = toldBefore(rollout) + index + 1;
    const kind = kinds[decision.action];
    if (!kind) return [];
    return [{ ...common, id: idOf(told), kind, ...partsOf(decision), mark: mark(told) }];
  });
  const { paused } = status;
  // A pause by an action is a decision, and told as such.
  const stands: Notice[] =
    paused && status.phase !== 'Ended' && paused.reason !== 'PausedByAction'
      ? [
          {
            ...common,
            id: idOf(`paused-${Date.parse(paused.since)}`),
            kind: 'Paused',
            at: paused.since,
            step: status.step.index,
            weight: status.weight,
            reason: paused.reason,
            message: pauseInWords(rollout, paused.reason),
            mark: { pausedAt: paused.since },
          },
        ]
      : [];
  return [started, ...decided, ...stands];
}

/** How much of a rollout there was to tell before the decisions that its record still has. */
export const toldBefore = ({ status }: RolloutView): number => 1 + (status.earlier?.count ?? 0);

function partsOf({ at, step, weight, verdict, reason, message, requestedBy }: RolloutDecision) {
  return {
    at,
    step,
    weight,
    reason,
    message,
    ...(verdict && { verdict }),
    ...(requestedBy && { requestedBy: requestedBy.actor.name }),
  };
}

/** Why it stands still. The record has a constant, and the last decision its numbers. */
function pauseInWords({ spec, status }: RolloutView, reason: string): string {
  const where = `at step ${status.step.index + 1} of ${spec.plan.steps.length}, ${status.weight}%`;
  switch (reason) {
    case 'PausedBySpec':
      return `spec.paused is true: the rollout stands still ${where}`;
    case 'PauseStep':
      return `the plan has a pause here: the rollout waits ${where}`;
    case 'WaitingForApproval':
      return `the plan asks for approvals here: the rollout waits ${where}`;
    case 'Inconclusive':
      return `the evidence neither passed nor failed the candidate within maxHold: the rollout waits for a person ${where}`;
    default:
      return `the rollout stands still ${where}`;
  }
}
