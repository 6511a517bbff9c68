import { type ModelRolloutStatus, mostActions } from '../../api/model-rollout-status.ts';
import { toMs } from '../time.ts';
import type { ActionView, World } from '../world.ts';
import { docketOf } from './docket.ts';

/**
 * Which came first, a `pause` or a `resume`. Times of creation have whole seconds, so they say nothing about two of one second, and names
 * and uids are no order. But all actions come by one watch, in the order in which they were made: a `resume` that was not there in the
 * pass that heard the `pause` was made after it. So the record keeps which were (law 12: who is killed before they are answered forgets nothing).
 */

type PausedBy = NonNullable<ModelRolloutStatus['pausedBy']>;

/** The pending `resume`s that the pause does not heed: of two that are heard together in one second, the one that stops counts. */
export function resumesBefore(
  world: Pick<World, 'actions' | 'nowMs'>,
  pause: ActionView,
): Pick<PausedBy, 'resumesBefore'> {
  const uids = docketOf(world)
    .filter(({ spec, createdAtMs }) => spec.verb === 'resume' && createdAtMs <= pause.createdAtMs)
    .map(({ uid }) => uid);
  return uids.length > 0 ? { resumesBefore: uids.slice(0, mostActions) } : {};
}

/** Whether a `resume` was made after the pause that froze the rollout. With more of them than the record keeps, time alone decides. */
export function isAfterPause({ uid, createdAtMs }: ActionView, pause: PausedBy): boolean {
  if (createdAtMs > (toMs(pause.requestedAt) ?? 0)) return true;
  const { resumesBefore: before = [] } = pause;
  return before.length < mostActions && !before.includes(uid);
}
