import type { GateView } from '../domain/gates/gate-question.ts';
import { questionsOf } from '../domain/strategy/outside-gates.ts';
import type { World } from '../domain/world.ts';
import type { GateAsker } from '../gates/gate-asker.ts';

/** The gates' part of a pass: asks what the domain wants to know, and returns what is known by now. It never waits (law 17). */
export function gatherGates(key: string, world: World, asker: GateAsker): GateView[] {
  const rollout = world.rollouts.at(-1);
  return asker.ask(key, rollout ? questionsOf(world, rollout) : []);
}
