import type { RevisionIntent } from '../decision.ts';
import type { World } from '../world.ts';

/** Ended rollouts beyond the history limit. The newest stays whatever the limit is: roles are read from it (law 20). */
export function retireRollouts({ rollouts, deployment }: World): RevisionIntent[] {
  const ended = rollouts.slice(0, -1).filter(({ status }) => status.phase === 'Ended');
  const surplus = Math.max(0, ended.length - Math.max(0, deployment.spec.revisionHistoryLimit - 1));
  return ended.slice(0, surplus).map(({ name }) => ({ kind: 'deleteRollout', name }));
}
