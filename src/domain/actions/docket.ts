import type { RolloutActionStatus, RolloutVerb } from '../../api/rollout-action.ts';
import type { ActionView, World } from '../world.ts';

/**
 * Which of several pending actions comes first. What takes traffic back comes before what stops, and what stops before what
 * goes forward; of what goes forward, the shorter way first. Who comes too late by that is refused with a reason.
 */
const precedence: readonly RolloutVerb[] = [
  'abort',
  'rollback',
  'pause',
  'resume',
  'promote',
  'skip',
  'retry',
  'restart',
];

const rankOf = ({ spec: { verb, full } }: ActionView): number =>
  full ? precedence.length : precedence.indexOf(verb);

/** The pending actions of which none has expired, in the order in which they are heard: by precedence, then time, then name. */
export function docketOf({ actions, nowMs }: Pick<World, 'actions' | 'nowMs'>): ActionView[] {
  return pendingOf(actions).filter((action) => nowMs < expiresAtMs(action));
}

/** The actions that have no final answer yet, in the same order. */
export function pendingOf(actions: readonly ActionView[]): ActionView[] {
  return actions
    .filter(({ status }) => !isFinished(status))
    .sort(
      (left, right) =>
        rankOf(left) - rankOf(right) ||
        left.createdAtMs - right.createdAtMs ||
        (left.name < right.name ? -1 : 1),
    );
}

export function isFinished(status: RolloutActionStatus | undefined): boolean {
  return status?.state === 'Applied' || status?.state === 'Refused' || status?.state === 'Expired';
}

/** When an action that could not be carried out is given up, in milliseconds since the epoch. */
export const expiresAtMs = ({ createdAtMs, ttlMs }: ActionView): number => createdAtMs + ttlMs;
