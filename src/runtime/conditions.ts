import { apiTime } from './api-time.ts';

/** The type of a condition as every kind has it. */
export interface Condition {
  type: string;
  status: ConditionStatus;
  /** CamelCase; a constant. */
  reason: string;
  message: string;
  /** When `status` last changed, in whole seconds: the API keeps no less. */
  lastTransitionTime: string;
  /** The generation of the spec that this was found out for. Foreign conditions may have none. */
  observedGeneration?: number;
}

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A condition that we set: always for a generation, and without the time, which follows from what was there. */
export type DesiredCondition = Pick<Condition, 'type' | 'status' | 'reason' | 'message'> & {
  observedGeneration: number;
};

/**
 * The conditions with these ones set.
 *
 * Guarantees: the same array when nothing changed, so that "nothing to write" is a reference check (law 15).
 * `lastTransitionTime` changes only when `status` does. Those named in `order` come first and in that order, the rest
 * behind them as they stood; nothing is written for the order alone. Conditions that others set stay untouched.
 */
export function setConditions<C extends Condition>(
  conditions: readonly C[],
  desired: readonly DesiredCondition[],
  nowMs: number,
  order: readonly string[] = [],
): C[] {
  const changed = desired.filter((condition) => !carries(conditions, condition));
  if (changed.length === 0) return conditions as C[];
  const byType = new Map<string, C>(conditions.map((condition) => [condition.type, condition]));
  for (const { type, status, reason, message, observedGeneration } of changed) {
    const before = byType.get(type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : apiTime(nowMs);
    byType.set(type, { type, status, reason, message, lastTransitionTime, observedGeneration } as C);
  }
  const rank = new Map(order.map((type, index) => [type, index]));
  const rankOf = ({ type }: Condition): number => rank.get(type) ?? order.length;
  return [...byType.values()].sort((one, other) => rankOf(one) - rankOf(other));
}

/** The conditions with this one set; see `setConditions`. */
export const setCondition = <C extends Condition>(
  conditions: readonly C[],
  desired: DesiredCondition,
  nowMs: number,
  order: readonly string[] = [],
): C[] => setConditions(conditions, [desired], nowMs, order);

/** The conditions without this one; the same array when it was not there. */
export const removeCondition = <C extends Condition>(conditions: readonly C[], type: string): C[] =>
  conditions.some((condition) => condition.type === type)
    ? conditions.filter((condition) => condition.type !== type)
    : (conditions as C[]);

export const findCondition = <C extends Condition>(conditions: readonly C[], type: string): C | undefined =>
  conditions.find((condition) => condition.type === type);

/** Whether the condition is there and has this status. */
export const hasCondition = (
  conditions: readonly Condition[],
  type: string,
  status: ConditionStatus,
): boolean => findCondition(conditions, type)?.status === status;

/** One condition that another is summarised from. `negative`: True is the bad one, and absent is well (kstatus). */
export interface Summarised {
  type: string;
  polarity: 'positive' | 'negative';
}

/** What a summary says; to be completed with its type and generation. */
export type Summary = Pick<Condition, 'status' | 'reason' | 'message'>;

/**
 * One condition out of a declared list, the most important first: False with the words of the first one that is bad;
 * else Unknown with the words of the first one that is not known; else True with `allWell`.
 */
export function summarise(
  conditions: readonly Condition[],
  declared: readonly Summarised[],
  allWell: Pick<Condition, 'reason' | 'message'>,
): Summary {
  let unknown: Summary | undefined;
  for (const { type, polarity } of declared) {
    const condition = findCondition(conditions, type);
    const status = condition?.status ?? (polarity === 'negative' ? 'False' : 'Unknown');
    const bad = polarity === 'negative' ? 'True' : 'False';
    if (status === bad && condition)
      return { status: 'False', reason: condition.reason, message: condition.message };
    if (status === 'Unknown') {
      unknown ??= {
        status: 'Unknown',
        reason: condition?.reason ?? `${type}Unknown`,
        message: condition?.message ?? `${type} is not known yet`,
      };
    }
  }
  return unknown ?? { status: 'True', ...allWell };
}

/** Whether the condition stands there with exactly this content. */
function carries(conditions: readonly Condition[], desired: DesiredCondition): boolean {
  const found = findCondition(conditions, desired.type);
  return (
    found !== undefined &&
    found.status === desired.status &&
    found.reason === desired.reason &&
    found.message === desired.message &&
    found.observedGeneration === desired.observedGeneration
  );
}
