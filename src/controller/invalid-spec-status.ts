import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { InvalidModelDeploymentError } from '../api/validation/parse-object.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';
import { stalledStatus } from './stalled-status.ts';

/** The status of an object that breaks the rules of the API: what serves goes on serving, and the user must act. */
export function invalidSpecStatus(
  object: KubernetesObject,
  { message }: InvalidModelDeploymentError,
  nowMs: number,
): ModelDeploymentStatus {
  const before = (object['status'] ?? {}) as ModelDeploymentStatus;
  return stalledStatus(object, before, { reason: 'InvalidSpec', message }, nowMs);
}
