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
  progressDeadlineMs: number;
  /** Until when it keeps its pods although it has no traffic any more; milliseconds since the epoch. */
  drainUntilMs: number | undefined;
}

/**
 * The Deployment of a revision, always whole: under server-side apply a field that is left out is given up. The pod
 * template goes through unchanged but for the two labels.
 */
export function revisionDeployment(
  owner: Owner,
  identity: RevisionIdentity,
  { replicas, progressDeadlineMs, drainUntilMs }: DeploymentSettings,
): KubernetesObject {
  const { revision, canonicalInput } = identity;
  const { template } = contentOf(canonicalInput);
  const selector = revisionSelector(owner.name, revision);
  return {
    apiVersion: resourceKinds.deployment.apiVersion,
    kind: resourceKinds.deployment.kind,
    metadata: {
      namespace: owner.namespace,
      name: revisionObjectName(owner.name, revision),
      labels: revisionLabels(owner.name, revision),
      annotations: { ...identityAnnotations(identity), ...drainAnnotation(drainUntilMs) },
      ownerReferences: [ownerReference(owner)],
    },
    spec: {
      replicas,
      progressDeadlineSeconds: Math.max(1, Math.ceil(progressDeadlineMs / 1000)),
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

const drainAnnotation = (drainUntilMs: number | undefined): Record<string, string> =>
  drainUntilMs === undefined ? {} : { [annotations.drainUntil]: new Date(drainUntilMs).toISOString() };

/** Milliseconds since the epoch; undefined when there is no mark, or none that is a time. */
export function drainUntilMsOf(deployment: KubernetesObject): number | undefined {
  const timeMs = Date.parse(deployment.metadata.annotations?.[annotations.drainUntil] ?? '');
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/**
 * The live Deployment says all that we want to say. The template is not compared: the API server writes quantities and
 * defaults in its own way, and a revision's template is fixed by its name.
 */
export function deploymentSaysSame(desired: KubernetesObject, live: KubernetesObject, owner: Owner): boolean {
  const { replicas, progressDeadlineSeconds } = desired.spec;
  return (
    isSubset({ replicas, progressDeadlineSeconds }, live.spec) &&
    isSubset(desired.metadata.labels, live.metadata.labels) &&
    isSubset(desired.metadata.annotations, live.metadata.annotations) &&
    isOwnedBy(live, owner)
  );
}
