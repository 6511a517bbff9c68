import type { Ending } from '../strategy/outcome-checks.ts';
import type { RolloutContext } from '../strategy/rollout-context.ts';
import { docketOf } from './docket.ts';
import { carriedOut, hasRoom } from './recorded.ts';
import { refusalOf } from './refusals.ts';
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
  for (const action of docketOf(world)) {
    const { verb } = action.spec;
    if (verb !== 'abort' && verb !== 'rollback') continue;
    if (carriedOut(world.rollouts, action.uid) || refusalOf(action, stand)) continue;
    if (!hasRoom(rollout.status, world.actions)) continue;
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
