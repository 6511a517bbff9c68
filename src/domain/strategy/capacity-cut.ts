import type { ModelRolloutStatus } from '../../api/model-rollout.ts';
import { toTime } from '../time.ts';
import { because, readyPods } from '../words.ts';
import { returnableWeight } from './carried-weight.ts';
import { mostLosses } from './progress-notes.ts';
import type { RolloutContext } from './rollout-context.ts';
import { setWeight } from './transitions.ts';

/**
 * Law 1: weight above the ready capacity is taken back in the pass that sees it, to the largest share of the plan that
 * the ready pods can carry. It is a decision of its own in the record, so that it is raised again only by another. A stable
 * revision that shrank by choice gets no more than it has pods for.
 */
export function takeBackUncarriedWeight(context: RolloutContext): ModelRolloutStatus | undefined {
  const { world, rollout, from, to, carried, sizing } = context;
  const { status, spec } = rollout;
  if (carried >= status.weight) return undefined;
  const follows = spec.plan.stableScale === 'follow';
  const weight = follows ? returnableWeight(rollout, { from, to }, carried, sizing) : carried;
  if (weight === undefined) return undefined;
  const ready = to?.ready ?? 0;
  const left =
    ready === 0 ? `no ready pod (loss ${status.losses ?? 0} of ${mostLosses})` : `only ${readyPods(ready)}`;
  // What is still above the capacity is looked at again: only then is the loss dealt with.
  const progress = weight > carried ? status.progress : { ready, at: toTime(world.nowMs) };
  return setWeight({ ...status, progress }, world.nowMs, weight, {
    action: 'WeightTakenBack',
    reason: 'CapacityLost',
    message: `revision ${spec.to.revision} has ${left}: weight ${status.weight}% taken back to ${weight}%${because(to?.problem)}`,
  });
}
