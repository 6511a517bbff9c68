import type { ModelRolloutStatus, RolloutPlan } from '../../api/model-rollout.ts';
import { podRatio, podsForWeight, type RouterKind } from '../traffic/pods.ts';
import { plannedWeight, promotionPlace, weightAt } from './plan.ts';

/** What both arms are sized for. */
export interface Sizing {
  /** Serving capacity that the spec, or an autoscaler, asks for. */
  replicas: number;
  router: RouterKind;
}

/** The candidate's pods that its place in the plan takes: what a `scale` or `preview` step says, else what the weight takes. */
export function plannedPods(plan: RolloutPlan, status: ModelRolloutStatus, sizing: Sizing): number {
  const { replicas, router } = sizing;
  if (replicas === 0) return 0;
  const index = placeToProvideFor(plan, status);
  if (index >= promotionPlace(plan)) return replicas;
  const weight = status.phase === 'Stepping' ? plannedWeight(plan, status) : weightAt(plan, index);
  const said = saidPods(plan, index, replicas);
  // A plain Service splits by the number of pods: with fewer it could not give the share.
  const least = router === 'replicaRatio' ? podsForWeight(weight, replicas, router) : 1;
  return said === undefined
    ? podsForWeight(Math.max(weight, copiesAt(plan, index)), replicas, router)
    : Math.max(least, said);
}

/** A preparing rollout starts the pods of its first step. */
function placeToProvideFor(plan: RolloutPlan, { phase, step }: ModelRolloutStatus): number {
  if (phase === 'Preparing') return 0;
  return phase === 'Stepping' ? step.index : promotionPlace(plan);
}

/** The share of the requests that is copied to the candidate at a step, in percent: it has to carry them too. */
function copiesAt({ steps }: RolloutPlan, index: number): number {
  const step = steps[index];
  return step?.kind === 'mirror' ? step.percent : 0;
}

/** What the newest `scale` or `preview` step up to this one says; undefined where the weight decides. */
export function saidPods({ steps }: RolloutPlan, index: number, replicas: number): number | undefined {
  for (let at = Math.min(index, steps.length - 1); at >= 0; at -= 1) {
    const step = steps[at];
    if (step?.kind === 'preview') return step.replicas ?? replicas;
    if (step?.kind !== 'scale') continue;
    if (step.matchWeight) return undefined;
    return step.replicas ?? Math.max(1, Math.ceil((replicas * (step.percent ?? 100)) / 100));
  }
  return undefined;
}

/**
 * The stable's pods: all of them (law 6), or, where it follows by choice, as many as what the candidate leaves to it
 * takes. One always stays, to return to.
 */
export function stablePods(
  { stableScale }: RolloutPlan,
  weight: number,
  { replicas, router }: Sizing,
): number {
  if (stableScale !== 'follow' || replicas === 0) return replicas;
  return router === 'replicaRatio'
    ? Math.max(1, podRatio(weight, replicas).stable)
    : podsForWeight(100 - weight, replicas, router);
}
