import type { ModelRolloutStatus, RolloutPlan, RolloutStep } from '../../api/model-rollout.ts';

/** The element of the plan that a rollout is at; absent before the first and after the last. */
export function currentStep(plan: RolloutPlan, status: ModelRolloutStatus): RolloutStep | undefined {
  return status.phase === 'Stepping' ? plan.steps[status.step.index] : undefined;
}

/** The candidate's share that the rollout's position in the plan asks for, in percent. */
export function plannedWeight(plan: RolloutPlan, status: ModelRolloutStatus): number {
  switch (status.phase) {
    case 'Preparing':
      return 0;
    case 'Stepping':
      return weightAt(plan, status.step.index);
    case 'Promoting':
    case 'Baking':
      return 100;
    case 'Ended':
      return status.outcome === 'Promoted' ? 100 : 0;
  }
}

/** The share at a step: its own, or that of the last weight step before it. */
export function weightAt(plan: RolloutPlan, index: number): number {
  for (let at = Math.min(index, plan.steps.length - 1); at >= 0; at -= 1) {
    const step = plan.steps[at];
    if (step?.kind === 'weight') return step.weight;
  }
  return 0;
}

/** The share that the candidate needs pods for now: that of its position, or in preparation that of the first step. */
export function weightToProvideFor(plan: RolloutPlan, status: ModelRolloutStatus): number {
  return status.phase === 'Preparing'
    ? weightAt(plan, 0) || (plan.steps.length === 0 ? 100 : 0)
    : plannedWeight(plan, status);
}

/** Every share that the plan ever gives: nothing else is written while it runs. */
export function plannedWeights(plan: RolloutPlan): number[] {
  return [0, ...plan.steps.flatMap((step) => (step.kind === 'weight' ? [step.weight] : [])), 100];
}

/** How many steps are behind the rollout: the record also numbers what comes after the last one. */
export function stepForPeople(plan: RolloutPlan, { step }: ModelRolloutStatus): number {
  return Math.min(step.index, plan.steps.length);
}

/** Step names for people: "step 2 of 4". */
export function stepInWords(plan: RolloutPlan, index: number): string {
  return `step ${Math.min(index + 1, plan.steps.length)} of ${plan.steps.length}`;
}
