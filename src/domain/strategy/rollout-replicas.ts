import { findRevision } from '../roles.ts';
import type { RolloutView, World } from '../world.ts';

/**
 * While a rollout runs, an autoscaler's scale-up applies to both arms and its scale-down waits: the live Deployments
 * remember the higher number.
 */
export function rolloutReplicas(world: World, rollout: RolloutView): number {
  const from = findRevision(world, rollout.spec.from.revision);
  const to = rollout.status.phase === 'Baking' ? findRevision(world, rollout.spec.to.revision) : undefined;
  return Math.max(world.deployment.spec.replicas, from?.replicas ?? 0, to?.replicas ?? 0);
}
