import type { RolloutView } from '../world.ts';
import { isHeldOff } from '../actions/stand.ts';
import { isWithinWindow, type Past } from './rollback-window.ts';

/** What is known of a ModelDeployment when somebody is about to apply a manifest. */
export interface Present extends Past {
  rollouts: readonly RolloutView[];
  /** Absent: users have none yet. */
  stable: string | undefined;
  rollbackWindow: number;
}

/** What applying a spec leads to. */
export type Outlook =
  /** Nobody has anything yet: it is served as soon as it is ready, without steps. */
  | { kind: 'firstDeployment' }
  /** It is served already; settings apply to the next rollout, `ends` is the rollout that is ended by it. */
  | { kind: 'noRollout'; ends?: string }
  /** It is on its way already, by a plan that is fixed. */
  | { kind: 'underWay'; rollout: string }
  /** It failed, or somebody went back from it: it is left alone. */
  | { kind: 'leftAlone'; rollout: string; reason: string | undefined }
  /** Users had it lately: full capacity, then all the traffic, and no gate. */
  | { kind: 'immediateReturn'; supersedes?: string }
  /** By the steps of the plan. */
  | { kind: 'rollout'; isKept: boolean; supersedes?: string };

/** What happens when a spec asks for `target`, by the rules that start a rollout. Pure. */
export function outlookOf(target: string, present: Present): Outlook {
  const { stable, revisions, rollouts, rollbackWindow } = present;
  const newest = rollouts.at(-1);
  if (stable === undefined) return { kind: 'firstDeployment' };
  const running = newest && newest.status.phase !== 'Ended' ? newest : undefined;
  if (target === stable) {
    // In its bake the rollout belongs to the revision that is the stable one already.
    const ends = running && running.spec.to.revision !== stable ? running.name : undefined;
    return { kind: 'noRollout', ...(ends !== undefined && { ends }) };
  }
  if (running?.spec.to.revision === target) return { kind: 'underWay', rollout: running.name };
  if (newest && isHeldOff({ target: { revision: target } }, newest))
    return { kind: 'leftAlone', rollout: newest.name, reason: newest.status.reason };
  const supersedes = running && { supersedes: running.name };
  if (isWithinWindow({ ...present, deployment: { spec: { rollbackWindow } } }, stable, target))
    return { kind: 'immediateReturn', ...supersedes };
  return { kind: 'rollout', isKept: revisions.some(({ revision }) => revision === target), ...supersedes };
}
