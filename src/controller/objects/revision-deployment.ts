import { annotations } from '../../api/group.ts';
import type { RevisionIdentity } from '../../domain/revision/revision-hash.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { revisionLabels, revisionObjectName, revisionSelector } from '../../routers/objects/labels.ts';
import { isOwnedBy, ownerReference, type Owner } from '../../routers/objects/owner-reference.ts';
import { isSubset } from '../../routers/objects/subset.ts';
import { contentOf, identityAnnotations } from './canonical-input.ts';

/** What may change in a revision's Deployment; the rest follows from the revision's identity. */
export interface DeploymentSettings {
  replicas: number;
  /** Pods beyond them; absent: none. */
  surge?: number;
  progressDeadlineMs: number;
  /** Until when it keeps its pods although it has no traffic any more; milliseconds since the epoch. */
  drainUntilMs: number | undefined;
}

/** The Deployment at the birth of a revision. The pod template goes through unchanged but for the two labels. */
export function revisionDeployment(
  owner: Owner,
  identity: RevisionIdentity,
  settings: DeploymentSettings,
): KubernetesObject {
  const { revision } = identity;
  const { template } = contentOf(identity);
  const selector = revisionSelector(owner.name, revision);
  const object = appliedDeployment(owner, revision, identity, settings);
  return {
    ...object,
    spec: {
      ...object.spec,
      // The template never changes, so there is never a second ReplicaSet to go back to.
      revisionHistoryLimit: 0,
      selector: { matchLabels: selector },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...selector } },
      },
    },
  };
}

/**
 * What is applied to a revision's Deployment when it lives: everything of ours that can change or be edited away. Each
 * apply carries all of it, because what an apply leaves out it gives up.
 *
 * The template is never applied. It is fixed by the revision's name, it belongs to the create, so that no apply gives it
 * up, and one that a create accepts may be none that can be applied: with a port or a variable twice, a list that is keyed
 * has two entries of one key, and the revision could never be scaled again.
 */
export function appliedDeployment(
  owner: Owner,
  revision: string,
  identity: RevisionIdentity | undefined,
  { replicas, surge = 0, progressDeadlineMs, drainUntilMs }: DeploymentSettings,
): KubernetesObject {
  return {
    apiVersion: resourceKinds.deployment.apiVersion,
    kind: resourceKinds.deployment.kind,
    metadata: {
      namespace: owner.namespace,
      name: revisionObjectName(owner.name, revision),
      labels: revisionLabels(owner.name, revision),
      annotations: {
        ...(identity && identityAnnotations(identity)),
        ...drainAnnotation(drainUntilMs),
        ...(surge > 0 && { [annotations.surge]: String(surge) }),
      },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      replicas: replicas + surge,
      progressDeadlineSeconds: Math.max(1, Math.ceil(progressDeadlineMs / 1000)),
    },
  };
}

const drainAnnotation = (drainUntilMs: number | undefined): Record<string, string> =>
  drainUntilMs === undefined ? {} : { [annotations.drainUntil]: new Date(drainUntilMs).toISOString() };

/** Milliseconds since the epoch; undefined when there is no mark, or none that is a time. */
export function drainUntilMsOf(deployment: KubernetesObject): number | undefined {
  const timeMs = Date.parse(deployment.metadata.annotations?.[annotations.drainUntil] ?? '');
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** Pods beyond the revision's capacity; 0 when there is no mark, or none that is a number. */
export function surgeOf(deployment: KubernetesObject): number {
  const surge = Number(deployment.metadata.annotations?.[annotations.surge] ?? 0);
  return Number.isInteger(surge) && surge > 0 ? surge : 0;
}

/** The live Deployment says all that we would apply. */
export const deploymentSaysSame = (
  applied: KubernetesObject,
  live: KubernetesObject,
  owner: Owner,
): boolean =>
  isSubset(applied.spec, live.spec) &&
  isSubset(applied.metadata.labels, live.metadata.labels) &&
  isSubset(applied.metadata.annotations, live.metadata.annotations) &&
  isOwnedBy(live, owner);
