import type { ScenarioVerbs } from '../verbs.ts';
import type { SimulatedWorld } from '../world.ts';

/** Where a scenario plays: a world in which the first revision is settled and the second one is about to be asked for. */
export interface Stage {
  world: SimulatedWorld;
  model: ScenarioVerbs;
  /** The revision that users have. */
  stable: string;
  /** The revision that will be tried. */
  candidate: string;
}

/** What happens to a rollout. */
export interface Scenario {
  /** As it is written on a command line. */
  name: string;
  /** In words. */
  description: string;
  /** Called at the moment when the candidate is asked for; what happens later it plans on the world's clock. */
  begin(stage: Stage): void;
}
