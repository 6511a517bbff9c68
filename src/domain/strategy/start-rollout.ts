import type { ModelRolloutSpec } from '../../api/model-rollout.ts';
import type { RevisionView, World } from '../world.ts';
import type { Roles } from '../roles.ts';
import { returnsWithinWindow, withoutGates } from './rollback-window.ts';

/** The record of a new attempt. Its plan is fixed here: a later edit of strategy or analysis applies to the next one. */
export function startRollout(
  world: World,
  roles: Roles,
  from: RevisionView,
): { name: string; spec: ModelRolloutSpec } {
  const { deployment, target } = world;
  const { spec } = deployment;
  const number = nextNumber(world, roles);
  const asked: ModelRolloutSpec = {
    number,
    modelDeployment: deployment.name,
    from: { revision: from.revision, model: from.model },
    to: { revision: target.revision, model: { name: spec.model.name, version: spec.model.version } },
    plan: {
      ...spec.plan,
      progressDeadlineMs: spec.progressDeadlineMs,
      readinessPercent: spec.readiness.percent,
    },
    analysis: spec.analysis,
  };
  return {
    name: `${deployment.name}-${number}`,
    spec: returnsWithinWindow(world, from) ? withoutGates(asked) : asked,
  };
}

/** One more than any number that is still known, so that a name is not used twice even when records were deleted. */
function nextNumber({ deployment }: World, { newest }: Roles): number {
  const named = Number(deployment.status?.rollout?.name.slice(deployment.name.length + 1));
  return Math.max(newest?.spec.number ?? 0, Number.isInteger(named) ? named : 0) + 1;
}
