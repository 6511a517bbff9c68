import type { RolloutVerb } from '../../api/rollout-action.ts';
import { stepForPeople } from '../strategy/plan.ts';
import { resolveRoles } from '../roles.ts';
import type { ActionView, World } from '../world.ts';
import { refusalOfPromotion, refusalOfSkip } from './forward-refusals.ts';
import { isAfterPause } from './pause-order.ts';
import { type Judge, nothingRuns, type Refusal, refuse, returning } from './refusal.ts';
import { type Restart, refusalOfRestart, runningRestarts } from './restarts.ts';
import { rollbackGoal } from './rollback-goal.ts';
import { isHeldOff, isPinned, type Stand, standOf } from './stand.ts';

/**
 * Whether an action must be refused as things stand; undefined for one that may be carried out, now or when what it waits for has come.
 * The same question is asked before a pass, to find what is to be done, and after it, to find what has become impossible.
 */
export const refusalOf: Judge = (action, stand) =>
  refusalOfTarget(action, stand) ?? judges[action.spec.verb](action, stand);

/** The restarts that are carried out in this pass. */
export const restartsIn = (world: World): Restart[] =>
  runningRestarts(standOf(world, resolveRoles(world)), refusalOf);

const judges: Record<RolloutVerb, Judge> = {
  promote: refusalOfPromotion,
  skip: refusalOfSkip,
  pause: refusalOfPause,
  resume: refusalOfResume,
  abort: refusalOfAbort,
  retry: refusalOfRetry,
  rollback: refusalOfRollback,
  restart: refusalOfRestart,
};

/** It is about another ModelDeployment, another rollout or another step: it came late. */
const refusalOfTarget: Judge = ({ spec: { target, verb }, status }, { world, active, newest }) => {
  const { uid, name } = world.deployment;
  if (target.uid !== uid) {
    return refuse(
      'TargetReplaced',
      `ModelDeployment ${name} has uid ${uid}, and the action is about ${target.uid}`,
    );
  }
  // What has begun came in time.
  if (target.rollout === undefined || status?.state === 'Running') return undefined;
  const named = active ?? newest;
  if (named?.name !== target.rollout) {
    const now = named ? `${active ? '' : 'the last one was '}${named.name}` : 'there was none yet';
    return refuse('RolloutNotRunning', `rollout ${target.rollout} is not the one that runs: ${now}`);
  }
  // What stops or goes back is about the whole rollout: nobody waits for it to be asked again.
  if (target.step === undefined || (verb !== 'promote' && verb !== 'skip')) return undefined;
  const step = stepForPeople(named.spec.plan, named.status);
  if (target.step === step) return undefined;
  const where = `rollout ${named.name} stands at step ${step}`;
  return refuse(
    'StepNotReached',
    target.step < step
      ? `step ${target.step} was left already: ${where}`
      : `step ${target.step} is not reached yet: ${where}`,
  );
};

function refusalOfPause(_action: ActionView, { active, newest }: Stand): Refusal | undefined {
  if (!active) return nothingRuns(newest);
  if (active.status.phase === 'Returning') return returning(active);
  const { pausedBy } = active.status;
  return (
    pausedBy &&
    refuse('NothingToDo', `rollout ${active.name} is paused already, by RolloutAction ${pausedBy.name}`)
  );
}

function refusalOfResume(action: ActionView, { world, active, newest }: Stand): Refusal | undefined {
  if (!active) {
    if (newest && isHeldOff(world, newest) && isPinned(newest)) return undefined;
    return refuse('NothingToDo', 'nothing is paused, and nobody went back from the revision of the spec');
  }
  const { pausedBy, paused } = active.status;
  if (pausedBy) {
    if (isAfterPause(action, pausedBy)) return undefined;
    return refuse(
      'NothingToDo',
      `RolloutAction ${pausedBy.name}, which paused the rollout, is not older than this one`,
    );
  }
  if (world.deployment.spec.paused) {
    return refuse('PausedBySpec', 'spec.paused is true: it belongs to the spec, so set it to false there');
  }
  const hint = paused ? `; it stands still for another cause (${paused.reason}): promote leaves a step` : '';
  return refuse('NothingToDo', `nobody paused rollout ${active.name}${hint}`);
}

function refusalOfAbort(_action: ActionView, { active, newest }: Stand): Refusal | undefined {
  if (!active) return nothingRuns(newest);
  return active.status.phase === 'Returning' ? returning(active) : undefined;
}

function refusalOfRetry(_action: ActionView, { world, stable, active, newest }: Stand): Refusal | undefined {
  if (active) return refuse('NotNow', `rollout ${active.name} is running: abort it first`);
  if (isHeldOff(world, newest)) return undefined;
  const { revision } = world.target;
  return refuse(
    'NothingToDo',
    revision === stable
      ? `revision ${revision} of the spec is the stable one`
      : `revision ${revision} of the spec did not fail: it is about to be rolled out`,
  );
}

function refusalOfRollback(action: ActionView, stand: Stand): Refusal | undefined {
  const goal = rollbackGoal(action, stand);
  return goal.kind === 'none' ? goal.refusal : undefined;
}
