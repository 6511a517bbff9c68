import { type Condition, type ConditionType, conditionTypes } from '../../api/conditions.ts';
import type { Reason } from '../../api/reasons.ts';
import { toConditionTime } from '../time.ts';
import { clip, longestStatusMessage } from '../words.ts';

/** What a condition should say; times are worked out from what it said before. */
export interface Claim {
  status: Condition['status'];
  reason: Reason;
  message: string;
}

/** What kstatus reads of an object: done, on its way, or standing still until somebody acts. */
export function kstatusClaims(
  holds: { ready: boolean; reconciling: boolean; stalled: boolean },
  why: Pick<Claim, 'reason' | 'message'>,
): Record<'Ready' | 'Reconciling' | 'Stalled', Claim> {
  const claim = (isTrue: boolean): Claim => ({ status: isTrue ? 'True' : 'False', ...why });
  return { Ready: claim(holds.ready), Reconciling: claim(holds.reconciling), Stalled: claim(holds.stalled) };
}

const order = Object.keys(conditionTypes);

/**
 * The conditions after a pass. `lastTransitionTime` changes only when `status` does, the order is fixed, and conditions that
 * are not ours stay: a world in which nothing changed gives equal conditions, and so no write (law 15).
 */
export function setConditions(
  before: readonly Condition[] | undefined,
  claims: Partial<Record<ConditionType, Claim>>,
  generation: number,
  nowMs: number,
): Condition[] {
  const ours = (Object.entries(claims) as [ConditionType, Claim][]).map(([type, claim]): Condition => {
    const old = before?.find((condition) => condition.type === type);
    const sameStatus = old?.status === claim.status;
    return {
      type,
      ...claim,
      message: clip(claim.message, longestStatusMessage),
      observedGeneration: generation,
      lastTransitionTime: sameStatus && old ? old.lastTransitionTime : toConditionTime(nowMs),
    };
  });
  const foreign = (before ?? []).filter((condition) => !order.includes(condition.type));
  return [...ours.sort((left, right) => order.indexOf(left.type) - order.indexOf(right.type)), ...foreign];
}
