import type { Ending } from '../strategy/outcome-checks.ts';
import type { RolloutContext } from '../strategy/rollout-context.ts';
import { openActions } from './open-actions.ts';
import { hasRoom } from './recorded.ts';
import { rollbackGoal } from './rollback-goal.ts';
import { standIn } from './stand.ts';

/**
 * A person ends the rollout: by `abort`, or by a `rollback`. Its revision is left alone from then on, so that nothing begins again by
 * itself. It waits for the record as every decision but a Fail does (law 13).
 */
export function endedByAction(context: RolloutContext): Ending | undefined {
  const stand = standIn(context);
  const { world, rollout } = context;
  const { from, to } = rollout.spec;
  if (!hasRoom(rollout.status, world.actions)) return undefined;
  for (const action of openActions(stand)) {
    const { verb } = action.spec;
    if (verb !== 'abort' && verb !== 'rollback') continue;
    const ending = { outcome: 'Aborted', remembered: true, request: action } as const;
    if (verb === 'abort') {
      return { ...ending, reason: 'Aborted', message: `revision ${to.revision} was aborted` };
    }
    const goal = rollbackGoal(action, stand);
    if (goal.kind === 'endRollout') {
      const message = `back from revision ${to.revision} to ${from.revision}`;
      return { ...ending, outcome: 'RolledBack', reason: 'RolledBackByAction', message };
    }
    if (goal.kind === 'endRolloutFirst') {
      const message = `revision ${to.revision} is taken back before everybody goes back to ${goal.view.revision}`;
      return {
        ...ending,
        outcome: 'RolledBack',
        reason: 'RolledBackByAction',
        message,
        isOnlyTheBeginning: true,
      };
    }
  }
  return undefined;
}
