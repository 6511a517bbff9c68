import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import type { Lane } from '../runtime/fair-lanes.ts';

/** How urgently a ModelDeployment is to be looked at: while a rollout runs, each look may be the one that takes traffic back. */
export function laneOf(object: KubernetesObject | undefined): Lane {
  const { rollout } = (object?.['status'] ?? {}) as ModelDeploymentStatus;
  return rollout !== undefined && rollout.outcome === undefined ? 'urgent' : 'normal';
}
