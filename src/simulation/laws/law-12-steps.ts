import type { RolloutView } from '../../domain/world.ts';
import type { Law } from './law.ts';

const order = ['Preparing', 'Stepping', 'Promoting', 'Baking', 'Returning', 'Ended'];

/** Law 12: no step is repeated, skipped or counted twice, whoever was killed on the way, and an outcome is written once. */
export const stepsInOrder = (): Law => ({
  written: ({ write: { kind }, before: { rollout: was }, after: { rollout: is } }) => {
    if (kind !== 'ModelRollout' || !was || !is || was.name !== is.name) return undefined;
    if (was.status.phase === 'Ended' && was.status.outcome !== is.status.outcome)
      return `law 12: the outcome of ${is.name} changes from ${was.status.outcome} to ${is.status.outcome}`;
    const [from, to] = [was, is].map(({ status }) => order.indexOf(status.phase)) as [number, number];
    if (to < from) return `law 12: ${is.name} goes back from ${placeOf(was)} to ${placeOf(is)}`;
    const forward = is.status.step.index - was.status.step.index;
    if (forward < 0) return `law 12: ${is.name} repeats a step: from ${placeOf(was)} to ${placeOf(is)}`;
    const skips = is.status.phase === 'Stepping' && forward > 1;
    return skips ? `law 12: ${is.name} skips a step: from ${placeOf(was)} to ${placeOf(is)}` : undefined;
  },
});

const placeOf = ({ status }: RolloutView): string => `${status.phase} ${status.step.index}`;
