import { apiVersion } from '../api/group.ts';
import type { RolloutActionSpec, RolloutVerb } from '../api/rollout-action.ts';
import type { KubernetesObject } from '../kubernetes/resource.ts';

/** What a person asks for. */
export interface Wish {
  verb: RolloutVerb;
  /** Of `promote`: all steps that are left. */
  full?: boolean | undefined;
  /** Of `rollback` and `restart`: a revision that was resolved already. */
  revision?: string | undefined;
  reason?: string | undefined;
}

/** What the person looked at when they asked. */
export interface Looked {
  namespace: string;
  name: string;
  uid: string;
  rollout?: { name: string; step?: number | undefined } | undefined;
}

/** Verbs that mean the rollout at which the person looked, and none that began since. */
const ofRollout: readonly RolloutVerb[] = ['promote', 'skip', 'abort', 'pause', 'resume', 'retry'];
/** Verbs that open the gate at which the person looked, and no other. */
const ofStep: readonly RolloutVerb[] = ['promote', 'skip'];

/**
 * The RolloutAction for a wish, pinned to what the person looked at: when that has changed before the controller reads it, the action is
 * refused, and never opens another gate.
 */
export function actionFor(
  { verb, full, revision, reason }: Wish,
  { namespace, name: target, uid, rollout }: Looked,
  { name, requestedBy }: { name: string; requestedBy: string | undefined },
): KubernetesObject {
  const spec: RolloutActionSpec = {
    target: {
      name: target,
      uid,
      ...(rollout && ofRollout.includes(verb) && { rollout: rollout.name }),
      ...(rollout?.step !== undefined && ofStep.includes(verb) && { step: rollout.step }),
    },
    verb,
    ...(full && { full }),
    ...(revision !== undefined && { revision }),
    ...(reason !== undefined && { reason }),
    ...(requestedBy !== undefined && { requestedBy }),
  };
  return { apiVersion, kind: 'RolloutAction', metadata: { name, namespace }, spec };
}
