import { type Condition, type ConditionType, conditionTypes } from '../api/conditions.ts';
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
  const said = { Ready: says('False'), Reconciling: says('False'), Stalled: says('True') };
  const conditions = setConditions(
    before.conditions,
    { ...claimsOf(before.conditions), ...said },
    generation,
    nowMs,
  );
  return {
    ...before,
    observedGeneration: generation,
    phase: 'Failed',
    message: error.message,
    conditions: conditions.map((condition) =>
      condition.type in said ? condition : asBefore(before.conditions, condition),
    ),
  };
}

/** Our conditions that this finding says nothing about. Those of others are kept by `setConditions`. */
function claimsOf(conditions: readonly Condition[] = []): Partial<Record<ConditionType, Claim>> {
  return Object.fromEntries(
    conditions
      .filter(({ type }) => Object.hasOwn(conditionTypes, type))
      .map(({ type, status, reason, message }) => [
        type,
        { status, reason: reason as Claim['reason'], message },
      ]),
  );
}

/** They stay as they are, with the generation that they were observed for (law 11). */
const asBefore = (before: readonly Condition[] = [], condition: Condition): Condition =>
  before.find(({ type }) => type === condition.type) ?? condition;
