import { apiVersion } from '../../api/group.ts';
import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import type { RolloutActionSpec, RolloutVerb } from '../../api/rollout-action.ts';
import { exitCodes } from '../exit-codes.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { Problem } from '../problem.ts';

/** What a person asks for on the command line. */
export interface Wish {
  verb: RolloutVerb;
  /** Of `promote`: all steps that are left. */
  full?: boolean | undefined;
  /** Of `rollback` and `restart`: a revision that was resolved already. */
  revision?: string | undefined;
  reason?: string | undefined;
}

/** Verbs that mean the rollout at which the person looked, and none that began since. */
const ofRollout: readonly RolloutVerb[] = ['promote', 'skip', 'abort', 'pause', 'resume', 'retry'];
/** Verbs that open the gate at which the person looked, and no other. */
const ofStep: readonly RolloutVerb[] = ['promote', 'skip'];
/** Verbs that the API does not take without a rollout. */
const needRollout: readonly RolloutVerb[] = ['promote', 'skip', 'abort'];

/**
 * The RolloutAction for a wish, pinned to what the status says now: when that has changed before the controller reads it, the action is
 * refused, and never opens another gate. A `Problem` where there is no rollout that it could be about.
 */
export function actionOf(
  { verb, full, revision, reason }: Wish,
  { metadata, status }: ModelDeployment,
  { name, requestedBy }: { name: string; requestedBy: string | undefined },
): KubernetesObject {
  const rollout = status?.rollout;
  if (!rollout && needRollout.includes(verb)) {
    throw new Problem(
      `${metadata.namespace}/${metadata.name} had no rollout yet: there is nothing to ${verb}`,
      [],
      { exitCode: exitCodes.opposite },
    );
  }
  const spec: RolloutActionSpec = {
    target: {
      name: metadata.name,
      uid: metadata.uid ?? '',
      ...(rollout && ofRollout.includes(verb) && { rollout: rollout.name }),
      ...(rollout && ofStep.includes(verb) && { step: rollout.step }),
    },
    verb,
    ...(full && { full }),
    ...(revision !== undefined && { revision }),
    ...(reason !== undefined && { reason }),
    ...(requestedBy !== undefined && { requestedBy }),
  };
  return {
    apiVersion,
    kind: 'RolloutAction',
    metadata: { name, namespace: metadata.namespace ?? '' },
    spec,
  };
}

/** The revision that somebody means: by its own name, or by the version of its model where one revision alone has it. */
export function revisionNamed(
  text: string,
  { status }: ModelDeployment,
  rollouts: readonly ModelRollout[],
): string {
  const known = [
    ...rollouts.flatMap(({ spec }) => [spec.to, spec.from]),
    ...[status?.stable, status?.candidate].filter((role) => role !== undefined),
  ];
  const versions = new Map(known.map(({ revision, model }) => [revision, model?.version]));
  if (versions.has(text)) return text;
  const named = [...versions].filter(([, version]) => version === text).map(([revision]) => revision);
  if (named.length === 1) return named[0]!;
  // The controller knows revisions that no record names any more.
  if (/^[a-z0-9]{10}$/.test(text) && named.length === 0) return text;
  const told = [...versions].map(
    ([revision, version]) => `${revision}${version ? ` (version ${version})` : ''}`,
  );
  throw new Problem(
    named.length > 1
      ? `version ${text} is that of several revisions: ${named.join(', ')}`
      : `there is no revision "${text}"`,
    [`Known are: ${told.join(', ') || 'none'}.`],
  );
}
