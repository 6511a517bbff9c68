import { isWithinWindow, previousOf } from '../strategy/rollback-window.ts';
import { lackingInWords } from '../strategy/rollout-extras.ts';
import type { ActionView, RevisionView, RolloutView } from '../world.ts';
import { type Refusal, refuse, returning } from './refusal.ts';
import type { Stand } from './stand.ts';

/** How a rollback gets to where it wants. */
export type RollbackGoal =
  /** The revision that the running rollout started from: its end is the rollback. */
  | { kind: 'endRollout'; rollout: RolloutView }
  /** Another revision: first the running rollout ends. */
  | { kind: 'endRolloutFirst'; rollout: RolloutView; view: RevisionView }
  /** Nothing runs: a rollout of its own takes everybody there. */
  | { kind: 'rollOut'; view: RevisionView }
  | { kind: 'none'; refusal: Refusal };

export function rollbackGoal({ spec: { revision } }: ActionView, stand: Stand): RollbackGoal {
  const { world, stable, active } = stand;
  const none = (...refusal: Parameters<typeof refuse>): RollbackGoal => ({
    kind: 'none',
    refusal: refuse(...refusal),
  });
  if (stable === undefined) return none('NothingToDo', 'nothing was served yet that one could go back from');
  if (active && (revision === undefined || revision === active.spec.from.revision)) {
    if (active.status.phase === 'Returning') return { kind: 'none', refusal: returning(active) };
    return { kind: 'endRollout', rollout: active };
  }
  if (active && revision === active.spec.to.revision) {
    return none(
      'NotNow',
      `revision ${revision} is the candidate of rollout ${active.name}: promote takes it forward`,
    );
  }
  const wanted = revision ?? previousOf(world, stable)[0];
  if (wanted === stable) return none('NothingToDo', `revision ${stable} is the stable one already`);
  const view = world.revisions.find((one) => one.revision === wanted);
  if (!view?.hasService) {
    return none(
      'RevisionNotKept',
      wanted === undefined ? 'no revision that users had before is kept' : `revision ${wanted} is not kept`,
    );
  }
  if (world.deployment.spec.paused) {
    return none('PausedBySpec', 'spec.paused is true, and going back takes a rollout: set it to false first');
  }
  const lacking = lackingInWords(world, world.deployment.spec.plan);
  if (lacking !== undefined && !isWithinWindow(world, stable, view.revision))
    return none('RouterCannot', lacking);
  return active ? { kind: 'endRolloutFirst', rollout: active, view } : { kind: 'rollOut', view };
}
