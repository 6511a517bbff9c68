import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { apiTime } from '../../runtime/api-time.ts';

/** How many pods a Deployment has. */
export interface PodCounts {
  replicas: number;
  updated: number;
  ready: number;
}

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  lastUpdateTime: string;
  lastTransitionTime: string;
}

/**
 * The status that the Deployment controller writes, by the rules of `syncRolloutStatus` in kubernetes/kubernetes: progress is more
 * pods that are updated or ready, or fewer old ones; a Deployment that was complete once is not timed when it is scaled.
 */
export function deploymentStatus(
  deployment: KubernetesObject,
  { replicas, updated, ready }: PodCounts,
  refusal: string | undefined,
  nowMs: number,
): Record<string, unknown> {
  const wanted: number = deployment['spec'].replicas ?? 1;
  const before = deployment['status'] ?? {};
  const at = apiTime(nowMs);
  const known = (type: string): Condition | undefined =>
    (before.conditions as Condition[] | undefined)?.find((condition) => condition.type === type);
  const condition = (
    type: string,
    status: string,
    reason: string,
    message: string,
    updatedAt = at,
  ): Condition => {
    const last = known(type);
    if (
      last?.status === status &&
      last.reason === reason &&
      updatedAt === at &&
      reason !== 'ReplicaSetUpdated'
    )
      return last;
    const lastTransitionTime = last?.status === status ? last.lastTransitionTime : at;
    return { type, status, reason, message, lastUpdateTime: updatedAt, lastTransitionTime };
  };
  const progressing = (): Condition => {
    const last = known('Progressing');
    const wasComplete = replicas === updated && last?.reason === 'NewReplicaSetAvailable';
    if (last && wasComplete) return last;
    if (updated === wanted && replicas === wanted && ready === wanted)
      return condition(
        'Progressing',
        'True',
        'NewReplicaSetAvailable',
        'the ReplicaSet has successfully progressed',
      );
    const progressed =
      !last ||
      updated > (before.updatedReplicas ?? 0) ||
      ready > (before.readyReplicas ?? 0) ||
      replicas - updated < (before.replicas ?? 0) - (before.updatedReplicas ?? 0);
    if (progressed)
      return condition('Progressing', 'True', 'ReplicaSetUpdated', 'the ReplicaSet is progressing');
    if (nowMs >= deadlineMsOf(deployment, last))
      return condition(
        'Progressing',
        'False',
        'ProgressDeadlineExceeded',
        'the ReplicaSet has timed out progressing',
      );
    return last;
  };
  const missing = Math.max(0, wanted - ready);
  const available = wanted - ready <= Math.floor(wanted * 0.25);
  return {
    observedGeneration: deployment.metadata.generation,
    ...counts({
      replicas,
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: missing,
    }),
    conditions: [
      available
        ? condition(
            'Available',
            'True',
            'MinimumReplicasAvailable',
            'the Deployment has minimum availability',
          )
        : condition(
            'Available',
            'False',
            'MinimumReplicasUnavailable',
            'the Deployment lacks minimum availability',
          ),
      ...(refusal ? [condition('ReplicaFailure', 'True', 'FailedCreate', refusal)] : []),
      progressing(),
    ],
  };
}

/** A zero is left out, as the API does. */
const counts = (all: Record<string, number>) =>
  Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));

/** When the deadline for progress is over; undefined while nothing is timed. */
export function progressDeadlineMs(deployment: KubernetesObject): number | undefined {
  const conditions: Condition[] = deployment['status']?.conditions ?? [];
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  return progressing?.reason === 'ReplicaSetUpdated' ? deadlineMsOf(deployment, progressing) : undefined;
}

const deadlineMsOf = (deployment: KubernetesObject, { lastUpdateTime }: Condition): number =>
  Date.parse(lastUpdateTime) + (deployment['spec'].progressDeadlineSeconds ?? 600) * 1000;
