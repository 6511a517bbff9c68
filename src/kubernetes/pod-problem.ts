import type { PodTemplate } from '../api/pod-template.ts';
import type { KubernetesObject } from './resource.ts';
import { isReadyPod, isTerminating } from './pod.ts';

/** Parts of a container's status that we read. */
interface ContainerStatus {
  name: string;
  image?: string;
  ready?: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string }; running?: object; terminated?: Exit };
  lastState?: { terminated?: Exit };
}
interface Exit {
  exitCode: number;
  reason?: string;
  signal?: number;
}
interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/**
 * Why pods of a workload (a Deployment, a Job) are not ready, in words; undefined when nothing is known. The text stays the same for as long as
 * the cause does, though kubelet changes between a failure and the wait after it: status is written when it changes
 * (law 15), so no pod name, counter or back-off time is in it.
 */
export function podProblem(
  workload: KubernetesObject,
  pods: readonly KubernetesObject[],
  template: PodTemplate | undefined,
): string | undefined {
  const waiting = pods.filter((pod) => !isTerminating(pod) && !isReadyPod(pod)).sort(byName);
  const first = (find: (pod: KubernetesObject) => string | undefined) =>
    waiting.map(find).find((problem) => problem !== undefined);
  return (
    first((pod) => containerProblem(pod, template)) ??
    first(unschedulable) ??
    replicaFailure(workload) ??
    first(notReady)
  );
}

function containerProblem(pod: KubernetesObject, template: PodTemplate | undefined): string | undefined {
  const statuses: ContainerStatus[] = [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
  ];
  for (const status of statuses.filter(({ ready }) => ready !== true)) {
    const problem = problemOf(status, template);
    if (problem) return `container ${status.name}: ${problem}`;
  }
  return undefined;
}

/** kubelet's words for a container that is on its way, not in trouble. */
const onItsWay = new Set(['ContainerCreating', 'PodInitializing']);

function problemOf(status: ContainerStatus, template: PodTemplate | undefined): string | undefined {
  const { state, lastState, restartCount = 0 } = status;
  const waiting = state?.waiting;
  const pulls = ['ErrImagePull', 'ImagePullBackOff'];
  if (waiting?.reason !== undefined && pulls.includes(waiting.reason)) {
    return `image ${imageOf(status, template)} cannot be pulled (ErrImagePull)`;
  }
  const exit = state?.terminated ?? lastState?.terminated;
  if (waiting?.reason === 'CrashLoopBackOff' || (restartCount > 0 && exit)) {
    return `it keeps ending (CrashLoopBackOff), last with ${exit ? exitInWords(exit) : 'an unknown exit code'}`;
  }
  if (waiting?.reason !== undefined && !onItsWay.has(waiting.reason)) {
    return waiting.message ? `${waiting.reason}: ${waiting.message}` : waiting.reason;
  }
  return exit && exit.exitCode !== 0 ? `it ended with ${exitInWords(exit)}` : undefined;
}

/** How a container ended: its exit code, and why where that says more. */
export const exitInWords = ({ exitCode, reason }: Exit): string =>
  reason === undefined || reason === 'Error' || reason === 'Completed'
    ? `exit code ${exitCode}`
    : `exit code ${exitCode} (${reason})`;

/** The name that the user wrote: a status has none before the pull, and a resolved one after it. */
function imageOf({ name, image }: ContainerStatus, template: PodTemplate | undefined): string {
  const { containers = [], initContainers = [] } = template?.spec ?? {};
  const asked = [...containers, ...initContainers].find((container) => container.name === name)?.['image'];
  return typeof asked === 'string' ? asked : image || 'without a name';
}

function unschedulable(pod: KubernetesObject): string | undefined {
  const conditions: Condition[] = pod.status?.conditions ?? [];
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined;
  return `a pod cannot be scheduled (Unschedulable)${scheduled.message ? `: ${scheduled.message}` : ''}`;
}

/** No pod could be made at all: a quota, a limit range, an admission webhook. */
function replicaFailure(deployment: KubernetesObject): string | undefined {
  const conditions: Condition[] = deployment.status?.conditions ?? [];
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  if (!failure) return undefined;
  const message = (failure.message ?? '').replace(/^pods "[^"]*" is forbidden: /, '');
  return `pods cannot be created (${failure.reason ?? 'ReplicaFailure'})${message ? `: ${message}` : ''}`;
}

/** Not a failure yet, but for a probe that never passes it is all that there is to say. */
function notReady(pod: KubernetesObject): string | undefined {
  const statuses: ContainerStatus[] = pod.status?.containerStatuses ?? [];
  const running = statuses.find(({ ready, state }) => ready !== true && state?.running);
  return running && `container ${running.name}: it runs, but its readiness probe has not passed`;
}

const byName = (left: KubernetesObject, right: KubernetesObject): number =>
  left.metadata.name < right.metadata.name ? -1 : 1;
