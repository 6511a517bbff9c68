import type { ModelRolloutSpec } from '../../api/model-rollout.ts';
import type { ActionView, RevisionView, World } from '../world.ts';
import type { Roles } from '../roles.ts';
import { requestedByOf } from '../actions/settled-by-action.ts';
import { isWithinWindow, withoutGates, withoutSteps } from './rollback-window.ts';

export interface Start {
  name: string;
  spec: ModelRolloutSpec;
}

/** The record of a new attempt. Its plan is fixed here: a later edit of strategy or analysis applies to the next one. */
export function startRollout(world: World, roles: Roles, from: RevisionView): Start {
  return started(world, withinWindow(world, asked(world, roles, from, targetOf(world))));
}

/** The same, straight to full capacity: a person has answered every question of the plan. */
export function startInFull(world: World, roles: Roles, from: RevisionView, action: ActionView): Start {
  const spec = withoutSteps(asked(world, roles, from, targetOf(world)));
  return started(world, { ...spec, requestedBy: requestedByOf(action) });
}

/** Back to a revision that is kept, whatever the spec asks for: without gates where it is within the rollback window. */
export function startRollback(
  world: World,
  roles: Roles,
  from: RevisionView,
  { view, action }: { view: RevisionView; action: ActionView },
): Start {
  const to = { revision: view.revision, model: view.model };
  const back = { insteadOf: world.target.revision, requestedBy: requestedByOf(action) };
  return started(world, withinWindow(world, { ...asked(world, roles, from, to), ...back }));
}

/** The revision that the spec asks for. */
function targetOf({ target, deployment }: World): ModelRolloutSpec['to'] {
  const { name, version } = deployment.spec.model;
  return { revision: target.revision, model: { name, version } };
}

const started = ({ deployment }: World, spec: ModelRolloutSpec): Start => ({
  name: `${deployment.name}-${spec.number}`,
  spec,
});

const withinWindow = (world: World, spec: ModelRolloutSpec): ModelRolloutSpec =>
  isWithinWindow(world, spec.from.revision, spec.to.revision) ? withoutGates(spec) : spec;

function asked(world: World, roles: Roles, from: RevisionView, to: ModelRolloutSpec['to']): ModelRolloutSpec {
  const { deployment } = world;
  const { spec } = deployment;
  return {
    number: nextNumber(world, roles),
    modelDeployment: deployment.name,
    from: { revision: from.revision, model: from.model },
    to,
    plan: {
      ...spec.plan,
      progressDeadlineMs: spec.progressDeadlineMs,
      readinessPercent: spec.readiness.percent,
    },
    analysis: spec.analysis,
    ...(spec.gates.length > 0 && { gates: spec.gates }),
  };
}

/** One more than any number that is still known, so that a name is not used twice even when records were deleted. */
function nextNumber({ deployment }: World, { newest }: Roles): number {
  const { status } = deployment;
  const named = Number(status?.rollout?.name.slice(deployment.name.length + 1));
  // Whoever was told of a rollout is told nothing of another one of the same number.
  const told = (status?.notifications ?? []).map(({ rollout }) => rollout);
  return Math.max(newest?.spec.number ?? 0, Number.isInteger(named) ? named : 0, ...told) + 1;
}
