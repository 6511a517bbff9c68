import { shareOf } from '../traffic/split.ts';
import type { Advance } from './advance.ts';
import type { RolloutContext } from './rollout-context.ts';
import { setWeight } from './transitions.ts';

/**
 * A split that was in force and now gives the candidate less than was decided: somebody, or a Fail whose record could
 * not be written, took weight away. It is given back only by a new recorded decision, with a verdict in hand (law 5).
 */
export function restoreWeight(context: RolloutContext): Advance {
  const { rollout, world, judgement } = context;
  const { status } = rollout;
  if (!weightWasTakenAway(context)) return { status, obstacle: undefined };
  const live = liveWeight(context);
  if (isBlind(context)) {
    const message = `the candidate's weight was taken away (${live}%): waiting for a verdict to restore it`;
    return { status, obstacle: { message } };
  }
  const restored = setWeight(status, world.nowMs, status.weight, {
    action: 'WeightRestored',
    reason: 'TrafficRepaired',
    message: `the live split gave the candidate ${live}% instead of ${status.weight}%: restored`,
    verdict: judgement?.verdict,
  });
  return { status: restored, obstacle: undefined };
}

/** The live objects give the candidate less than the record decided, although that was in force before. */
export function weightWasTakenAway(context: RolloutContext): boolean {
  const { status } = context.rollout;
  return (
    status.step.appliedAt !== undefined && status.weight > 0 && liveWeight(context) < status.weight - 0.05
  );
}

/** Evidence is asked for, and there is none to say that the candidate may have its weight back. */
function isBlind({ rollout, world, judgement }: RolloutContext): boolean {
  if (rollout.spec.analysis.metrics.length === 0 || world.analysis.metrics.kind === 'notConfigured')
    return false;
  return judgement?.verdict !== 'Pass' && judgement?.verdict !== 'Inconclusive';
}

function liveWeight({ world, rollout }: RolloutContext): number {
  if (world.traffic.router === 'replicaRatio') {
    return world.traffic.apex?.kind === 'live' ? rollout.status.weight : 0;
  }
  return shareOf(world.traffic.route ?? [], rollout.spec.to.revision);
}
