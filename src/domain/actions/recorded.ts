import { type ModelRolloutStatus, type RecordedAction } from '../../api/model-rollout.ts';
import { mostActions } from '../../api/model-rollout-status.ts';
import type { ActionReference } from '../../api/rollout-action.ts';
import { toTime } from '../time.ts';
import { clip, longestMessage } from '../words.ts';
import type { ActionView, RolloutView, World } from '../world.ts';
import { isFinished } from './docket.ts';

/**
 * The record is written before anything moves and before the action's own status (law 13), so it is the record that says whether an
 * action was carried out: by its uid, for as long as the action has no final answer (law 12).
 */

export const referenceTo = ({ name, uid, actor }: ActionView): ActionReference => ({ name, uid, actor });

/** Who asked, in which object, and why: the end of a message. */
export function requestInWords({ name, actor, spec: { reason } }: ActionView): string {
  const who = actor.verified ? actor.name : `${actor.name} (unverified)`;
  return `asked for by ${who} in RolloutAction ${name}${reason ? `: ${reason}` : ''}`;
}

/** Adds that an action was carried out now, at a step that may be left by it. What has its final answer makes room for it, the oldest first. */
export function recordAction(
  status: ModelRolloutStatus,
  { nowMs, actions }: Pick<World, 'nowMs' | 'actions'>,
  action: ActionView,
  message: string,
  step = status.step.index,
): ModelRolloutStatus {
  const entry: RecordedAction = {
    ...referenceTo(action),
    verb: action.spec.verb,
    at: toTime(nowMs),
    step,
    message: clip(message, longestMessage),
  };
  return { ...status, actions: [...keptEntries(status, actions), entry] };
}

function keptEntries(
  { actions: entries = [] }: ModelRolloutStatus,
  actions: readonly ActionView[],
): RecordedAction[] {
  const surplus = entries.length + 1 - mostActions;
  if (surplus <= 0) return entries;
  const answered = entries.filter((entry) => !isUnanswered(entry, actions)).slice(0, surplus);
  return entries.filter((entry) => !answered.includes(entry));
}

const isUnanswered = ({ uid }: RecordedAction, actions: readonly ActionView[]): boolean =>
  actions.some((action) => action.uid === uid && !isFinished(action.status));

/** Whether one more action can be recorded: otherwise it waits until others have their answers. */
export const hasRoom = (
  { actions: entries = [] }: ModelRolloutStatus,
  actions: readonly ActionView[],
): boolean => entries.filter((entry) => isUnanswered(entry, actions)).length < mostActions;

/** Where it is recorded that an action was carried out. */
export interface Carried {
  rollout: RolloutView;
  entry: Pick<RecordedAction, 'at' | 'step' | 'message' | 'actor' | 'verb'>;
}

/** That an action was carried out, as one of the records says; undefined when none does. */
export function carriedOut(rollouts: readonly RolloutView[], uid: string): Carried | undefined {
  for (const rollout of rollouts.toReversed()) {
    const entry = rollout.status.actions?.find((one) => one.uid === uid);
    if (entry) return { rollout, entry };
    const { requestedBy } = rollout.spec;
    if (requestedBy?.uid === uid) {
      const { actor, verb } = requestedBy;
      const at = rollout.status.phases?.[0]?.startedAt ?? rollout.status.step.enteredAt;
      const { from, to } = rollout.spec;
      const message = `rollout ${rollout.name} began: from revision ${from.revision} to ${to.revision}`;
      return { rollout, entry: { at, step: 0, message, actor, verb } };
    }
  }
  return undefined;
}
