import type { Reason } from '../../api/reasons.ts';
import type { RolloutVerb } from '../../api/rollout-action.ts';
import type { ActionView } from '../world.ts';

/** The reason of an action that was carried out. */
export const reasonsOfVerbs: Record<RolloutVerb, Reason> = {
  promote: 'PromotedByAction',
  skip: 'SkippedByAction',
  pause: 'PausedByAction',
  resume: 'ResumedByAction',
  abort: 'Aborted',
  retry: 'Retried',
  rollback: 'RolledBackByAction',
  restart: 'Restarted',
};

/** What a pending action waits for. It says the same as long as it waits: each other word would be a write (law 15). */
export function waitInWords({ spec: { verb, full } }: ActionView): string {
  switch (verb) {
    case 'promote':
      return full
        ? 'it is carried out as soon as the split is in force and the candidate has ready pods'
        : 'it is carried out as soon as the step has its weight and its pods, and its split is in force';
    case 'skip':
      return 'it is carried out as soon as the split is in force';
    case 'rollback':
      return 'it is carried out as soon as no other rollout runs and the traffic objects can be written';
    default:
      return 'it is carried out in the next pass';
  }
}
