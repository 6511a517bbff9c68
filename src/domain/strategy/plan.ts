import type { ModelRolloutStatus, RolloutPlan, RolloutStep } from '../../api/model-rollout.ts';
import { toMs } from '../time.ts';
import type { RolloutView } from '../world.ts';

/** The element of the plan that a rollout is at; absent before the first and after the last. */
export function currentStep(plan: RolloutPlan, status: ModelRolloutStatus): RolloutStep | undefined {
  return status.phase === 'Stepping' ? plan.steps[status.step.index] : undefined;
}

/** The place at which all steps are behind the rollout, and the two places of its bake. */
export const promotionPlace = ({ steps }: RolloutPlan): number => steps.length;
export const bakePlace = (plan: RolloutPlan): number => promotionPlace(plan) + 1;
/** The end of a bake that held traffic back: the rest follows. */
export const lastPlace = (plan: RolloutPlan): number => promotionPlace(plan) + 2;

/** The candidate gets requests of some kind at its place: live ones, copies, or those of testers. */
export function hasRequests({ spec, status }: Pick<RolloutView, 'spec' | 'status'>): boolean {
  if (status.phase === 'Ended' || status.phase === 'Returning') return false;
  const kind = currentStep(spec.plan, status)?.kind;
  return status.weight > 0 || kind === 'mirror' || kind === 'match' || kind === 'preview';
}

/** The candidate's share that the rollout's position in the plan asks for, in percent. */
export function plannedWeight(plan: RolloutPlan, status: ModelRolloutStatus): number {
  switch (status.phase) {
    case 'Preparing':
      return 0;
    case 'Stepping':
      return status.step.target ?? weightAt(plan, status.step.index);
    case 'Promoting':
      return status.full ? 100 : promotedWeight(plan);
    case 'Baking':
      return status.full || status.step.index >= lastPlace(plan) ? 100 : promotedWeight(plan);
    case 'Returning':
      return status.weight;
    case 'Ended':
      return status.outcome === 'Promoted' ? 100 : 0;
  }
}

/** The share with which the candidate takes the role: all of it, but for what the bake holds back. */
export const promotedWeight = ({ holdBack = 0 }: RolloutPlan): number => 100 - holdBack;

/** The share at a step: its own (an adaptive one begins with it), or that of the last weight step before it. */
export function weightAt(plan: Pick<RolloutPlan, 'steps'>, index: number): number {
  const step = plan.steps[index];
  return step?.kind === 'adaptive' ? step.start : (lastOf(plan, index, 'weight')?.weight ?? 0);
}

export type AdaptiveStep = Extract<RolloutStep, { kind: 'adaptive' }>;

/** The step whose weights the evidence chooses, while the rollout is at it. */
export function adaptiveStep(plan: RolloutPlan, status: ModelRolloutStatus): AdaptiveStep | undefined {
  const step = currentStep(plan, status);
  return step?.kind === 'adaptive' ? step : undefined;
}

/** The shares that an adaptive step may give, ascending: tenths of a percent are what every router with weights can express. */
export function adaptiveWeights({ start, max }: AdaptiveStep): number[] {
  const weights: number[] = [];
  for (let tenths = Math.round(start * 10); tenths <= Math.round(max * 10); tenths += 1)
    weights.push(tenths / 10);
  return weights;
}

/** Every share that the plan ever gives: nothing else is written while it runs. */
export function plannedWeights(plan: RolloutPlan): number[] {
  const steps = plan.steps.flatMap((step) =>
    step.kind === 'weight' ? [step.weight] : step.kind === 'adaptive' ? adaptiveWeights(step) : [],
  );
  return [...new Set([0, ...steps, promotedWeight(plan), 100])].sort((left, right) => left - right);
}

/** The last step of a kind up to this one. */
export function lastOf<Kind extends RolloutStep['kind']>(
  { steps }: Pick<RolloutPlan, 'steps'>,
  index: number,
  kind: Kind,
): Extract<RolloutStep, { kind: Kind }> | undefined {
  for (let at = Math.min(index, steps.length - 1); at >= 0; at -= 1) {
    const step = steps[at];
    if (step?.kind === kind) return step as Extract<RolloutStep, { kind: Kind }>;
  }
  return undefined;
}

/** A rollout that has copies made somewhere in its plan. */
export const mirrors = ({ steps }: RolloutPlan): boolean => steps.some(({ kind }) => kind === 'mirror');

export const isBlueGreen = ({ strategy }: Pick<RolloutPlan, 'strategy'>): boolean => strategy === 'blueGreen';

/** How many steps are behind the rollout: the record also numbers what comes after the last one. */
export function stepForPeople(plan: RolloutPlan, { step }: ModelRolloutStatus): number {
  return Math.min(step.index, plan.steps.length);
}

/**
 * Since when the step counts: the moment its split was seen to be in force; of an adaptive step, which has many splits, the first one.
 * Undefined while that is waited for.
 */
export function stepSinceMs(plan: RolloutPlan, status: ModelRolloutStatus): number | undefined {
  return toMs(adaptiveStep(plan, status) ? status.step.beganAt : status.step.appliedAt);
}

/** Step names for people: "step 2 of 4". */
export function stepInWords(plan: RolloutPlan, index: number): string {
  return `step ${Math.min(index + 1, plan.steps.length)} of ${plan.steps.length}`;
}
