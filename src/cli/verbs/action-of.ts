import type { ModelDeployment } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import type { RolloutVerb } from '../../api/rollout-action.ts';
import { exitCodes } from '../exit-codes.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { actionFor, type Wish } from '../../presentation/action-for.ts';
import { Problem } from '../problem.ts';

/** Verbs that the API does not take without a rollout. */
const needRollout: readonly RolloutVerb[] = ['promote', 'skip', 'abort'];

/**
 * The RolloutAction for a wish, pinned to what the status says now: when that has changed before the controller reads it, the action is
 * refused, and never opens another gate. A `Problem` where there is no rollout that it could be about.
 */
export function actionOf(
  wish: Wish,
  { metadata, status }: ModelDeployment,
  { name, requestedBy }: { name: string; requestedBy: string | undefined },
): KubernetesObject {
  const { verb } = wish;
  const rollout = status?.rollout;
  if (!rollout && needRollout.includes(verb)) {
    throw new Problem(
      `${metadata.namespace}/${metadata.name} had no rollout yet: there is nothing to ${verb}`,
      [],
      { exitCode: exitCodes.opposite },
    );
  }
  const { namespace = '', name: target, uid = '' } = metadata;
  return actionFor(wish, { namespace, name: target, uid, rollout }, { name, requestedBy });
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
