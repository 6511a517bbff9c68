import type { ModelRolloutSpec, ModelRolloutStatus } from '../../api/model-rollout.ts';
import { withDecisionOf } from '../strategy/transitions.ts';
import type { ActionView, RevisionView, RolloutView, World } from '../world.ts';
import { openActions } from './open-actions.ts';
import { hasRoom, recordAction } from './recorded.ts';
import { rollbackGoal } from './rollback-goal.ts';
import type { Stand } from './stand.ts';

/** What a person asks for while no rollout runs. */
export type SettledWish =
  /** A rollout to a revision that is kept. */
  | { kind: 'rollBack'; action: ActionView; view: RevisionView }
  /** The revision of the spec once more, straight to full capacity. */
  | { kind: 'promoteInFull'; action: ActionView }
  /** The newest record lets go of the revision of the spec: a rollout of it begins by itself. */
  | { kind: 'letGo'; rollout: { name: string; status: ModelRolloutStatus } };

/** The first action that nothing speaks against. */
export function wishWhileSettled(stand: Stand): SettledWish | undefined {
  const { world, newest } = stand;
  for (const action of openActions(stand)) {
    const { verb, full } = action.spec;
    if (verb === 'rollback') {
      const goal = rollbackGoal(action, stand);
      if (goal.kind === 'rollOut') return { kind: 'rollBack', action, view: goal.view };
    }
    if (verb === 'promote' && full) return { kind: 'promoteInFull', action };
    const mayLetGo = (verb === 'retry' || verb === 'resume') && newest;
    if (mayLetGo && hasRoom(newest.status, world.actions)) {
      return { kind: 'letGo', rollout: { name: newest.name, status: letGo(world, newest, action) } };
    }
  }
  return undefined;
}

function letGo(world: World, { status }: RolloutView, action: ActionView): ModelRolloutStatus {
  const { revision } = world.target;
  const isRetry = action.spec.verb === 'retry';
  const message = isRetry
    ? `revision ${revision} is tried again`
    : `revision ${revision} of the spec may be rolled out again`;
  const decided = withDecisionOf({ ...status, remembered: false }, world.nowMs, {
    action: isRetry ? 'Retried' : 'Resumed',
    reason: isRetry ? 'Retried' : 'ResumedByAction',
    message,
    request: action,
  });
  return recordAction(decided, world, action, message);
}

/** A rollout says in its spec who asked for it: there is no other record yet (law 13). */
export const requestedByOf = ({
  name,
  uid,
  actor,
  spec: { verb },
}: ActionView): NonNullable<ModelRolloutSpec['requestedBy']> => ({ name, uid, actor, verb });
