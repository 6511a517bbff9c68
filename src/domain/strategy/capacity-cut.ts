import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { toTime } from '../time.ts';
import { supportedWeight } from '../traffic/pods.ts';
import type { RolloutContext } from './rollout-context.ts';
import { plannedWeights } from './plan.ts';
import { setWeight } from './transitions.ts';

/**
 * Law 1: weight above the ready capacity is taken back in the pass that sees it, to the largest share of the plan that
 * the ready pods can carry. It is a decision of its own in the record, so that it is raised again only by another.
 *
 * Capacity is measured against the pods that serve now, not against the number asked for: an autoscaler that asks for
 * more has taken nothing away. With no ready stable pod the weight stays where somebody still answers.
 */
export function takeBackUncarriedWeight(context: RolloutContext): ModelRolloutStatus | undefined {
  const { world, rollout, from, to, replicas } = context;
  const { status, spec } = rollout;
  const ready = to?.ready ?? 0;
  const stableReady = from?.ready ?? 0;
  if (status.weight <= 0 || stableReady === 0) return undefined;
  const serving = Math.min(replicas, Math.max(ready, stableReady));
  const carried = supportedWeight(
    ready,
    plannedWeights(spec.plan).filter((weight) => weight <= status.weight),
    serving,
    spec.plan.readinessPercent,
    world.traffic.router,
  );
  if (carried >= status.weight) return undefined;
  const problem = to?.problem ? `: ${to.problem}` : '';
  const progress = { ready, at: toTime(world.nowMs) };
  return setWeight({ ...status, progress }, world.nowMs, carried, {
    action: 'WeightTakenBack',
    reason: 'CapacityLost',
    message: `only ${ready} pods of revision ${spec.to.revision} are ready, which carry ${carried}%, not ${status.weight}%${problem}`,
  });
}
