import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { stalledStatus } from './stalled-status.ts';

/**
 * The status of an object that breaks the rules of the API: what serves goes on serving, and the user must act. `status` is what is to be
 * said beside that: by default what was said before.
 */
export function invalidSpecStatus(
  object: KubernetesObject,
  { message }: { message: string },
  nowMs: number,
  status = (object['status'] ?? {}) as ModelDeploymentStatus,
): ModelDeploymentStatus {
  return stalledStatus(object, status, { reason: 'InvalidSpec', message }, nowMs);
}
