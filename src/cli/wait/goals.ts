import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { Outcome } from '../../api/phase.ts';
import { conditionOf, isSeen, messageOf, phaseOf } from '../../presentation/words.ts';

/** What can be waited for, and what each means. */
export const goals = {
  promoted: 'the revision of the spec is the stable one, and its bake is over',
  traffic: 'all traffic has moved to the revision of the spec; the bake is still to come',
  'rolled-back': 'the candidate was taken back, and all traffic is at the stable revision',
  healthy: 'as promoted, and users are served by ready pods',
} as const;
export type Goal = keyof typeof goals;

export const isGoal = (text: string): text is Goal => Object.hasOwn(goals, text);

/** How a ModelDeployment stands to what is waited for. */
export interface Standing {
  /** `opposite`: it will not come before somebody acts. */
  state: 'reached' | 'opposite' | 'pending';
  because: string;
}

/** Outcomes after which the stable revision has everybody again. */
const takenBack: readonly (Outcome | undefined)[] = ['RolledBack', 'Aborted', 'Failed'];

/** Whether what is waited for has come; undefined stands for a ModelDeployment that was deleted. */
export function standingOf(goal: Goal, model: ModelDeployment | undefined): Standing {
  if (!model) return { state: 'opposite', because: 'it was deleted' };
  const because = messageOf(model);
  if (model.metadata.deletionTimestamp !== undefined) return { state: 'opposite', because };
  // A status of before the last change of the spec says nothing about it.
  if (!isSeen(model) || model.status?.phase === undefined) return { state: 'pending', because };
  return { state: judges[goal](model), because };
}

type Judge = (model: ModelDeployment) => Standing['state'];

const isTrue = (model: ModelDeployment, type: string): boolean => conditionOf(model, type)?.status === 'True';

const judges: Record<Goal, Judge> = {
  promoted: (model) => (isTrue(model, 'Ready') ? 'reached' : endOf(model)),
  traffic: (model) => (hasAllTraffic(model) ? 'reached' : endOf(model)),
  healthy: (model) => (isTrue(model, 'Ready') && isTrue(model, 'Available') ? 'reached' : endOf(model)),
  'rolled-back': (model) => {
    if (isTakenBack(model)) return model.status?.traffic?.acknowledged === false ? 'pending' : 'reached';
    return isTrue(model, 'Ready') ? 'opposite' : endOf(model);
  },
};

/** Nothing goes on before somebody acts; a shadow that was to end with its report has ended. */
const endOf = (model: ModelDeployment): 'opposite' | 'pending' =>
  isTrue(model, 'Stalled') || model.status?.rollout?.outcome === 'Completed' ? 'opposite' : 'pending';

/** A part that the bake holds back is still on its way. */
function hasAllTraffic(model: ModelDeployment): boolean {
  const { applied = 100, acknowledged } = model.status?.traffic ?? {};
  return isTrue(model, 'Promoted') && applied >= 100 && acknowledged !== false;
}

/** Also after the user returned the spec to the stable revision, which is healthy then. */
function isTakenBack(model: ModelDeployment): boolean {
  const outcome = model.status?.rollout?.outcome;
  switch (phaseOf(model)) {
    case 'RolledBack':
      return true;
    case 'Failed':
      return outcome === 'Failed';
    case 'Healthy':
      return takenBack.includes(outcome);
    default:
      return false;
  }
}
