import { type Condition, type ConditionType, conditionTypes } from '../api/conditions.ts';
import type { ModelDeploymentStatus } from '../api/model-deployment-status.ts';
import { type Claim, kstatusClaims, setConditions } from '../domain/status/set-conditions.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';

/** Why nothing goes on before somebody acts. */
export type Stall = Pick<Claim, 'reason' | 'message'>;

/**
 * `status` with the finding that a pass could not do its work: phase, message, and what kstatus reads. All that it says beside
 * that stays. Times of conditions are worked out from what the live object says.
 */
export function stalledStatus(
  object: KubernetesObject,
  status: ModelDeploymentStatus,
  { reason, message }: Stall,
  nowMs: number,
): ModelDeploymentStatus {
  const before = (object['status'] ?? {}) as ModelDeploymentStatus;
  const generation = object.metadata.generation ?? 0;
  const said = kstatusClaims({ ready: false, reconciling: false, stalled: true }, { reason, message });
  const conditions = setConditions(
    before.conditions,
    { ...claimsOf(status.conditions), ...said },
    generation,
    nowMs,
  );
  return {
    ...status,
    observedGeneration: generation,
    phase: 'Failed',
    message,
    conditions: conditions.map((condition) =>
      condition.type in said ? condition : asSaid(status.conditions, condition),
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
const asSaid = (conditions: readonly Condition[] = [], condition: Condition): Condition =>
  conditions.find(({ type }) => type === condition.type) ?? condition;
