import type { Decide } from '../../domain/decide.ts';
import { decide } from '../../domain/decide.ts';
import type { Decision } from '../../domain/decision.ts';
import type { RolloutView, World } from '../../domain/world.ts';
import type { ControllerVariant } from '../simulated-controller.ts';

/** A controller that is broken on purpose: the checks must see it, or they see nothing. */
export interface Mutation {
  /** The law that it breaks. */
  law: string;
  /** What it does wrong, as it would stand in a bug report. */
  does: string;
  variant: () => ControllerVariant;
}

/** It misreads the world. */
export const misreads = (law: string, does: string, misread: (world: World) => World): Mutation => ({
  law,
  does,
  variant: () => ({ decide: (world) => decide(misread(world)) }),
});

/** It decides something else. */
export const decides = (
  law: string,
  does: string,
  change: (decision: Decision, world: World) => Decision,
): Mutation => ({ law, does, variant: () => ({ decide: (world) => change(decide(world), world) }) });

/** The same with a memory of its own, which begins with the process. */
export const remembers = (law: string, does: string, brain: () => Decide): Mutation => ({
  law,
  does,
  variant: () => ({ decide: brain() }),
});

export const runningRollout = ({ rollouts }: World): RolloutView | undefined => {
  const newest = rollouts.at(-1);
  return newest && newest.status.phase !== 'Ended' ? newest : undefined;
};

/** The decision with the record's status changed. */
export const withRecord = (
  decision: Decision,
  change: (status: RolloutView['status']) => RolloutView['status'],
): Decision =>
  decision.rolloutStatus
    ? {
        ...decision,
        rolloutStatus: { ...decision.rolloutStatus, status: change(decision.rolloutStatus.status) },
      }
    : decision;

/** The decision with other weights in the route. */
export function withBackends(
  decision: Decision,
  change: (weights: { revision: string; weight: number }[]) => { revision: string; weight: number }[],
): Decision {
  const { traffic } = decision;
  if (traffic?.intent.kind !== 'weighted') return decision;
  const intent = { ...traffic.intent, backends: change(traffic.intent.backends) };
  return { ...decision, traffic: { ...traffic, intent } };
}
