import { annotations, apiVersion, labels } from '../../api/group.ts';
import { ModelRolloutSpec, type ModelRolloutStatus } from '../../api/model-rollout.ts';
import type { RolloutView } from '../../domain/world.ts';
import { initialRolloutStatus } from '../../domain/strategy/transitions.ts';
import { toTime } from '../../domain/time.ts';
import { type KubernetesObject, resourceKinds } from '../../kubernetes/resource.ts';
import { apexLabels } from '../../routers/objects/labels.ts';
import { type Owner, ownerReference } from '../../routers/objects/owner-reference.ts';
import { statusObject } from './status-object.ts';

/** The record of a rollout that begins. */
export function modelRollout(
  owner: Owner,
  name: string,
  spec: ModelRolloutSpec,
  commit?: string,
): KubernetesObject {
  return {
    apiVersion,
    kind: resourceKinds.modelRollout.kind,
    metadata: {
      namespace: owner.namespace,
      name,
      labels: { ...apexLabels(owner.name), [labels.revision]: spec.to.revision },
      ownerReferences: [ownerReference(owner)],
      ...(commit !== undefined && { annotations: { [annotations.commit]: commit } }),
    },
    spec,
  };
}

/** The whole status of a record. */
export function rolloutStatusObject(live: KubernetesObject, status: ModelRolloutStatus): KubernetesObject {
  return statusObject(live, { ...status, observedGeneration: live.metadata.generation });
}

/**
 * A record as the domain sees it. Before its first status it stands at its beginning, and that is now: the API server's clock, which
 * wrote when it was created, may be another one than that which the deadlines go by.
 */
export function readRollout(object: KubernetesObject, nowMs: number): RolloutView {
  const status = object['status'] as ModelRolloutStatus | undefined;
  const created = initialRolloutStatus(toTime(nowMs));
  const commit = object.metadata.annotations?.[annotations.commit];
  return {
    name: object.metadata.name,
    ...(object.metadata.uid !== undefined && { uid: object.metadata.uid }),
    spec: object['spec'] as RolloutView['spec'],
    status: status?.phase === undefined ? created : status,
    ...(commit !== undefined && { commit }),
  };
}
