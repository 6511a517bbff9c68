import type { RolloutPlan } from '../../api/model-rollout.ts';
import { actionDefaults } from '../../api/rollout-action.ts';
import { openGates } from '../strategy/outside-gates.ts';
import type { ActionView, RolloutView } from '../world.ts';
import { approvalsInWords, approvalStep } from './approvals.ts';
import { type Judge, nothingRuns, type Refusal, refuse, returning } from './refusal.ts';
import { isHeldOff, isPinned, type Stand } from './stand.ts';

/** What speaks against going forward by a person's word. */

export const refusalOfPromotion: Judge = (action, stand) => {
  const { active, newest, world } = stand;
  const { full = false } = action.spec;
  if (!active) {
    if (!full || !newest || !isHeldOff(world, newest) || isPinned(newest)) return nothingRuns(newest);
    return refusalWhilePaused(stand) ?? refusalByApprovalsAhead(newest);
  }
  if (full) return refusalOfFull(active) ?? refusalWhilePaused(stand) ?? refusalByApprovalsAhead(active);
  return refusalOutsideOfSteps(active) ?? refusalWhilePaused(stand) ?? refusalOfApproval(action, active);
};

export const refusalOfSkip: Judge = (_action, stand) => {
  const { active, newest } = stand;
  if (!active) return nothingRuns(newest);
  return (
    refusalOutsideOfSteps(active) ??
    refusalWhilePaused(stand) ??
    (approvalStep(active) === undefined
      ? undefined
      : refuse('ApprovalNeeded', `${approvalsInWords(active)}: they cannot be skipped`))
  );
};

function refusalOutsideOfSteps(active: RolloutView): Refusal | undefined {
  const { name, status } = active;
  switch (status.phase) {
    case 'Preparing':
      // Past a gate that says no, or nothing, a person's word leads.
      if (openGates(active).length > 0) return undefined;
      return refuse('NotNow', `rollout ${name} is preparing its candidate: no step is open yet`);
    case 'Stepping':
      return undefined;
    case 'Promoting':
      return refuse('NotNow', `rollout ${name} has no step left: its candidate is being promoted`);
    case 'Baking':
    case 'Ended':
      return refuse('NotNow', `rollout ${name} has no step left: its candidate was promoted and bakes`);
    case 'Returning':
      return returning(active);
  }
}

function refusalOfFull(active: RolloutView): Refusal | undefined {
  const { status, name } = active;
  if (status.full) return refuse('NothingToDo', `rollout ${name} is being promoted in full already`);
  const isDecided = status.phase === 'Baking' && openGates(active).length === 0;
  return isDecided || status.phase === 'Returning' ? refusalOutsideOfSteps(active) : undefined;
}

/** What is frozen goes nowhere, whoever asks: first it has to be let go of. */
function refusalWhilePaused({ world, active }: Stand): Refusal | undefined {
  if (world.deployment.spec.paused)
    return refuse('PausedBySpec', 'spec.paused is true: set it to false first');
  const pausedBy = active?.status.pausedBy;
  return (
    pausedBy &&
    refuse('PausedByAction', `the rollout is paused by RolloutAction ${pausedBy.name}: resume it first`)
  );
}

/** An approval counts by person, so it has to come from one, and from another one each time. */
function refusalOfApproval({ actor }: ActionView, active: RolloutView): Refusal | undefined {
  const needed = approvalStep(active);
  if (needed === undefined) return undefined;
  const { approvals = [] } = active.status.step;
  if (actor.name === actionDefaults.unknownActor) {
    return refuse('ApproverUnknown', 'spec.requestedBy is missing: an approval counts by person');
  }
  if (approvals.some((one) => one.actor.name === actor.name)) {
    return refuse('ApprovedAlready', `${actor.name} has approved already: ${approvalsInWords(active)}`);
  }
  if (approvals.length >= needed) return refuse('ApprovedAlready', approvalsInWords(active));
  return undefined;
}

/** Who may promote in full may not do so past the people whom the plan asks. */
function refusalByApprovalsAhead({ spec: { plan }, status }: RolloutView): Refusal | undefined {
  const from = status.phase === 'Preparing' ? 0 : status.step.index;
  const ahead = plan.steps.findIndex((step, index) => index >= from && needsApprovals(step, index, status));
  return ahead < 0
    ? undefined
    : refuse('ApprovalNeeded', `step ${ahead} of the plan needs approvals: they cannot be skipped`);
}

function needsApprovals(
  step: RolloutPlan['steps'][number],
  index: number,
  { step: { index: present, approvals = [] } }: RolloutView['status'],
): boolean {
  if (step.kind !== 'pause' || step.approvals === undefined) return false;
  return index !== present || approvals.length < step.approvals;
}
