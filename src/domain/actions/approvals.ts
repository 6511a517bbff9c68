import { currentStep } from '../strategy/plan.ts';
import type { RolloutView } from '../world.ts';

/** How many approvals the pause needs that a rollout stands at; undefined at any other place. */
export function approvalStep({ spec, status }: Pick<RolloutView, 'spec' | 'status'>): number | undefined {
  const step = currentStep(spec.plan, status);
  return step?.kind === 'pause' ? step.approvals : undefined;
}

/** "1 of 2 approvals (by alice)". */
export function approvalsInWords(rollout: Pick<RolloutView, 'spec' | 'status'>): string {
  const { approvals = [] } = rollout.status.step;
  const by = approvals.length > 0 ? ` (by ${approvals.map(({ actor }) => actor.name).join(', ')})` : '';
  return `${approvals.length} of ${approvalStep(rollout) ?? 0} approvals${by}`;
}
