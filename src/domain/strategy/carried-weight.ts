import { readyPodsForWeight, supportedWeight } from '../traffic/pods.ts';
import type { RevisionView, RolloutView } from '../world.ts';
import { type Sizing, saidPods } from './capacity-plan.ts';
import { plannedWeights } from './plan.ts';

/** Both arms as they are; one may be gone. */
interface Views {
  from: RevisionView | undefined;
  to: RevisionView | undefined;
}

/**
 * The largest share of the plan, up to the recorded one, that the candidate's ready pods carry (law 1).
 *
 * Only a loss of ready pods takes capacity away: neither an autoscaler that asks for more does, nor a stable revision that
 * gets its new pods first. Capacity is measured against the pods that serve now. With no ready stable pod the weight stays
 * where somebody still answers.
 */
export function carriedWeight(
  { spec: { plan }, status }: RolloutView,
  { from, to }: Views,
  { replicas, router }: Sizing,
): number {
  const ready = to?.ready ?? 0;
  const stableReady = from?.ready ?? 0;
  const isOver = status.phase === 'Ended' || status.phase === 'Returning';
  if (isOver || status.weight <= 0 || stableReady === 0 || ready >= (status.progress?.ready ?? 0)) {
    return status.weight;
  }
  const serving = Math.min(replicas, Math.max(ready, stableReady));
  const weights = plannedWeights(plan).filter((weight) => weight <= status.weight);
  const said = status.phase === 'Stepping' ? saidPods(plan, status.step.index, replicas) : undefined;
  return supportedWeight(ready, weights, serving, plan.readinessPercent, router, said);
}

/**
 * The smallest share of the plan, from `wish` on and below the present one, at which the stable's ready pods carry the rest: where the
 * stable shrank by choice, weight returns no faster than it has pods again (law 5). Undefined while there is none.
 */
export function returnableWeight(
  { spec: { plan }, status }: RolloutView,
  { from, to }: Views,
  wish: number,
  { replicas, router }: Sizing,
): number | undefined {
  const ready = from?.ready ?? 0;
  const candidates = plannedWeights(plan).filter((weight) => weight >= wish && weight < status.weight);
  if (ready > 0 && (to?.ready ?? 0) === 0) return candidates[0];
  return candidates.find(
    (weight) => ready >= readyPodsForWeight(100 - weight, replicas, plan.readinessPercent, router),
  );
}
