import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { toTime } from '../time.ts';
import { supportedWeight } from '../traffic/pods.ts';
import { because, readyPods } from '../words.ts';
import type { RolloutContext } from './rollout-context.ts';
import { plannedWeights } from './plan.ts';
import { setWeight } from './transitions.ts';

/**
 * Law 1: weight above the ready capacity is taken back in the pass that sees it, to the largest share of the plan that
 * the ready pods can carry. It is a decision of its own in the record, so that it is raised again only by another.
 *
 * Only a loss of ready pods takes capacity away: neither an autoscaler that asks for more does, nor a stable revision that
 * gets its new pods first. Capacity is measured against the pods that serve now. With no ready stable pod the weight stays
 * where somebody still answers.
 */
export function takeBackUncarriedWeight(context: RolloutContext): ModelRolloutStatus | undefined {
  const { world, rollout, from, to, replicas } = context;
  const { status, spec } = rollout;
  const ready = to?.ready ?? 0;
  const stableReady = from?.ready ?? 0;
  if (status.weight <= 0 || stableReady === 0 || ready >= (status.progress?.ready ?? 0)) return undefined;
  const serving = Math.min(replicas, Math.max(ready, stableReady));
  const carried = supportedWeight(
    ready,
    plannedWeights(spec.plan).filter((weight) => weight <= status.weight),
    serving,
    spec.plan.readinessPercent,
    world.traffic.router,
  );
  if (carried >= status.weight) return undefined;
  const left = ready === 0 ? 'no ready pod' : `only ${readyPods(ready)}`;
  return setWeight({ ...status, progress: { ready, at: toTime(world.nowMs) } }, world.nowMs, carried, {
    action: 'WeightTakenBack',
    reason: 'CapacityLost',
    message: `revision ${spec.to.revision} has ${left}: weight ${status.weight}% taken back to ${carried}%${because(to?.problem)}`,
  });
}
