import type { NotificationStatus, NoticeKind } from '../../api/notification.ts';
import type { RevisionReference } from '../../api/model-rollout.ts';
import type { Verdict } from '../../api/phase.ts';
import type { Reason } from '../../api/reasons.ts';

/** How far a target has been told: of which rollout, how much of it, and of which pause. */
export type Mark = Omit<NotificationStatus, 'target'>;

/** One thing to tell: plain data, read off the record of a rollout, and the same whoever reads it. */
export interface Notice {
  /** Names it for ever: the same decision has the same id, however often it is sent (law 13). */
  id: string;
  kind: NoticeKind;
  /** When it was decided, as RFC 3339 text. */
  at: string;
  namespace: string;
  name: string;
  rollout: { name: string; number: number };
  from: RevisionReference;
  to: RevisionReference;
  /** The step at that time, from 0, and how many the plan has. */
  step: number;
  steps: number;
  /** The candidate's share of live traffic from then on, in percent. */
  weight: number;
  verdict?: Verdict;
  /** CamelCase constant. */
  reason: string;
  /** Why, in words and numbers. */
  message: string;
  /** Who asked for it, where somebody did. */
  requestedBy?: string;
  /** The commit that asked for the candidate, where the ModelDeployment named one when the rollout began. */
  commit?: string;
  /** What the target has been told once this one is delivered. */
  mark: Partial<Mark>;
}

/** Somebody who is told, and how that goes, as far as this process knows. */
export interface TargetView {
  /** Its name in status. */
  name: string;
  events: readonly NoticeKind[];
  /** What it took lately; absent: nothing since this process began. */
  delivered?: Mark;
  /** Why it does not take what it is sent. Absent: it was not tried, or took the last one. */
  failure?: { reason: Reason; message: string };
}

/** What one target is to be sent, the oldest first. */
export interface Dispatch {
  target: string;
  notices: Notice[];
}

/** Marks in the order of time. */
export const isBehind = (
  left: Pick<Mark, 'rollout' | 'told'>,
  right: Pick<Mark, 'rollout' | 'told'>,
): boolean => left.rollout < right.rollout || (left.rollout === right.rollout && left.told < right.told);

/** Who was told this much has not been told of it. */
export function isAhead({ mark: next }: Notice, told: Mark): boolean {
  if (next.pausedAt !== undefined) return told.pausedAt === undefined || told.pausedAt < next.pausedAt;
  return isBehind(told, { rollout: next.rollout ?? 0, told: next.told ?? 0 });
}

/** What was told of a target as a whole, where two know of it: the further one each. */
export function furtherOf(left: Mark, right: Mark | undefined): Mark {
  if (!right) return left;
  const further = isBehind(left, right) ? right : left;
  const pauses = [left.pausedAt, right.pausedAt].filter((at) => at !== undefined).sort();
  const pausedAt = pauses.at(-1);
  return { rollout: further.rollout, told: further.told, ...(pausedAt !== undefined && { pausedAt }) };
}
