import type { ModelDeployment, ModelDeploymentSpec } from '../../api/model-deployment.ts';
import type { ModelRollout } from '../../api/model-rollout.ts';
import type { RolloutAction } from '../../api/rollout-action.ts';
import { identifyRevision } from '../../domain/revision/revision-hash.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { isAsItShouldBe, reasonWords } from '../../presentation/conditions.ts';
import { nextSteps } from '../../presentation/next-steps.ts';
import { newestFirst, podOf, revisionOf } from '../../presentation/picture.ts';
import { contentOfSpec, rememberedIn, type RevisionContent } from '../../presentation/revision-inputs.ts';
import { modelWords } from '../../presentation/words.ts';
import type { Action, Detail, Rights, Row } from '../schemas.ts';
import { rolloutDetailOf, summaryOf } from './rollout-detail.ts';
import { nameOnly } from './row.ts';
import { gatesOfNextRollout } from './user-gates.ts';

/** What the caches hold about one ModelDeployment. */
export interface Belongings {
  model: ModelDeployment;
  rollouts: readonly ModelRollout[];
  actions: readonly RolloutAction[];
  deployments: readonly KubernetesObject[];
  pods: readonly KubernetesObject[];
}

const mostActions = 50;

/** Everything about one ModelDeployment that this person may see. Pure. */
export function detailOf(
  { model, rollouts, actions, deployments, pods }: Belongings,
  row: Row,
  rights: Rights,
  telling: { nowMs: number; program: string },
): Detail {
  const { status, spec } = model;
  const all = newestFirst(rights.sees.rollouts ? rollouts : []);
  const rollout = all.find(({ metadata }) => metadata.name === status?.rollout?.name);
  const remembered = rememberedIn(deployments);
  const identityOf = (revision: string | undefined) => {
    const content = remembered.find((one) => one.revision === revision)?.content;
    return rights.sees.revisions && content ? identityIn(content) : undefined;
  };
  const next = nextSteps(model, rollout, telling);
  const [stable, candidate] = [identityOf(status?.stable?.revision), identityOf(status?.candidate?.revision)];
  return {
    row,
    conditions: (status?.conditions ?? []).map((condition) => {
      const { type, status: is, reason, message, lastTransitionTime } = condition;
      const documentation = reasonWords(reason);
      return {
        ...{ type, status: is, reason, message },
        ...(lastTransitionTime !== undefined && { since: lastTransitionTime }),
        asItShouldBe: isAsItShouldBe(condition),
        ...(documentation !== undefined && { documentation }),
      };
    }),
    next,
    ...(rollout && {
      rollout: rolloutDetailOf(rollout, telling.nowMs, { model, waiting: next.byItself }),
    }),
    nextGates: gatesOfNextRollout(model, rollout),
    identity: {
      ...(stable && { stable }),
      ...(candidate && { candidate }),
      spec: identityIn(contentOfSpec(spec)),
    },
    ...(rights.sees.revisions && { revisions: revisionsOf(model, deployments, all) }),
    ...(rights.sees.pods && {
      pods: pods.map(podOf).map(({ name, revision, ready, state, restarts, createdAt }) => ({
        ...{ name, revision, ready, state, restarts },
        ...(createdAt !== undefined && { createdAt }),
      })),
    }),
    actions: (rights.sees.actions ? [...actions] : [])
      .sort((one, other) =>
        (other.metadata.creationTimestamp ?? '').localeCompare(one.metadata.creationTimestamp ?? ''),
      )
      .slice(0, mostActions)
      .map(actionView),
    history: all.map(summaryOf),
    ...(status?.preset && { preset: { name: status.preset.name, says: status.preset.says ?? [] } }),
    rights,
  };
}

export function actionView({ metadata, spec, status }: RolloutAction): Action {
  const by =
    status?.actor ??
    (spec.requestedBy === undefined ? undefined : { name: spec.requestedBy, verified: false });
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    verb: spec.verb,
    ...(spec.full !== undefined && { full: spec.full }),
    ...(spec.revision !== undefined && { revision: spec.revision }),
    ...(spec.reason !== undefined && { reason: spec.reason }),
    ...(by && { by }),
    ...(metadata.creationTimestamp !== undefined && { askedAt: metadata.creationTimestamp }),
    ...(status?.state !== undefined && { state: status.state }),
    ...(status?.message !== undefined && { message: status.message }),
    ...(status?.decidedAt !== undefined && { decidedAt: status.decidedAt }),
  };
}

function revisionsOf(
  model: ModelDeployment,
  deployments: readonly KubernetesObject[],
  rollouts: readonly ModelRollout[],
): Detail['revisions'] {
  const kept = rememberedIn(deployments);
  const wanted = identifyRevision(contentOfSpec(model.spec), kept).revision;
  const found = deployments.flatMap((deployment) => {
    const one = revisionOf(deployment);
    if (!one) return [];
    const content = kept.find(({ revision }) => revision === one.revision)?.content;
    const roles = [
      ...(model.status?.stable?.revision === one.revision ? (['stable'] as const) : []),
      ...(model.status?.candidate?.revision === one.revision ? (['candidate'] as const) : []),
      ...(wanted === one.revision ? (['spec'] as const) : []),
    ];
    const createdAt = deployment.metadata.creationTimestamp;
    return [
      {
        revision: one.revision,
        label: modelWords(one.model, one.revision),
        model: nameOnly(one.model),
        roles,
        ...(content && { identity: identityIn(content) }),
        replicas: one.replicas,
        ready: one.ready,
        ...(createdAt !== undefined && { createdAt }),
        rollouts: rollouts
          .filter(({ spec }) => spec.to.revision === one.revision)
          .map(({ metadata }) => metadata.name),
      },
    ];
  });
  return found.sort((one, other) => (other.createdAt ?? '').localeCompare(one.createdAt ?? ''));
}

/** What a revision serves, without what may be a secret: no environment, and no credentials in an address. */
function identityIn({ model, serving }: RevisionContent): Detail['identity']['spec'] {
  const { name, version, uri, digest, format, parameters } = (model ?? {}) as NonNullable<
    ModelDeploymentSpec['model']
  >;
  const hosted = servingWords(serving);
  return {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(uri !== undefined && { uri: withoutCredentials(uri) }),
    ...(digest !== undefined && { digest }),
    ...(format !== undefined && { format }),
    ...(parameters !== undefined && {
      parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, String(value)])),
    }),
    ...(hosted !== undefined && { serving: hosted }),
  };
}

const withoutCredentials = (uri: string): string =>
  uri.replace(/^([a-z][-+.a-z0-9]*:\/\/)[^/@]*@/i, '$1').replace(/[?#].*$/s, '');

function servingWords(serving: RevisionContent['serving']): string | undefined {
  const template = serving.workload?.template as { spec?: { containers?: { image?: string }[] } } | undefined;
  const images = (template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []);
  return images.length === 0 ? undefined : `image ${images.join(', ')}`;
}
