import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import type { InvalidModelDeploymentError } from '../api/validation/parse-object.ts';
import { type Claim, setConditions } from '../domain/status/set-conditions.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';

/** The status of an object that breaks the rules of the API: what serves goes on serving, and the user must act. */
export function invalidSpecStatus(
  object: KubernetesObject,
  error: InvalidModelDeploymentError,
  nowMs: number,
): ModelDeploymentStatus {
  const before = (object['status'] ?? {}) as ModelDeploymentStatus;
  const generation = object.metadata.generation ?? 0;
  const says = (status: Claim['status']): Claim => ({
    status,
    reason: 'InvalidSpec',
    message: error.message,
  });
  return {
    ...before,
    observedGeneration: generation,
    phase: 'Failed',
    message: error.message,
    conditions: setConditions(
      before.conditions,
      { ...claimsOf(before), Ready: says('False'), Reconciling: says('False'), Stalled: says('True') },
      generation,
      nowMs,
    ),
  };
}

/** The conditions that this finding says nothing about stay as they are. */
function claimsOf({ conditions }: ModelDeploymentStatus): Record<string, Claim> {
  return Object.fromEntries(
    (conditions ?? []).map(({ type, status, reason, message }) => [
      type,
      { status, reason: reason as Claim['reason'], message },
    ]),
  );
}
