import { readyPodsOf } from '../traffic/pods.ts';
import type { RolloutView, World } from '../world.ts';
import { plannedPods, type Sizing } from './capacity-plan.ts';
import { rolloutReplicas } from './rollout-replicas.ts';

/** What the candidate needs for where its rollout stands in the plan. */
export interface NeededPods {
  /** Serving capacity that both arms are sized for while the rollout runs. */
  replicas: number;
  sizing: Sizing;
  neededPods: number;
  /** Ready pods without which its weight is not raised to where it stands in the plan. */
  neededReady: number;
}

export function neededPodsOf(world: World, rollout: RolloutView): NeededPods {
  const replicas = rolloutReplicas(world, rollout);
  const { plan } = rollout.spec;
  const sizing = { replicas, router: world.traffic.router };
  const neededPods = plannedPods(plan, rollout.status, sizing);
  return { replicas, sizing, neededPods, neededReady: readyPodsOf(neededPods, plan.readinessPercent) };
}
