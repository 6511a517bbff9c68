import type { RevisionReference } from '../../api/model-rollout.ts';
import type { GateFacts } from './gate-question.ts';

/** What a check is told of the rollout that asks it: the variables of a Job's containers, by name. */
export function gateEnvironment(facts: GateFacts): Record<string, string> {
  const { namespace, name, rollout, step, weight, candidate, stable } = facts;
  return {
    UNDERSTUDY_NAMESPACE: namespace,
    UNDERSTUDY_NAME: name,
    UNDERSTUDY_ROLLOUT: rollout.name,
    UNDERSTUDY_STEP: String(step),
    UNDERSTUDY_WEIGHT: String(weight),
    ...ofArm('CANDIDATE', name, candidate),
    ...ofArm('STABLE', name, stable),
  };
}

/** A revision with its own Service, which only its pods stand behind. */
function ofArm(arm: string, name: string, { revision, model }: RevisionReference): Record<string, string> {
  return {
    [`UNDERSTUDY_${arm}_REVISION`]: revision,
    [`UNDERSTUDY_${arm}_SERVICE`]: `${name}-${revision}`,
    [`UNDERSTUDY_${arm}_MODEL_NAME`]: model?.name ?? '',
    [`UNDERSTUDY_${arm}_MODEL_VERSION`]: model?.version ?? '',
  };
}
