import type { Condition, Container, ContainerStatus, Pod, PodStatus } from './kubernetes-types.ts';
import type { PodPlace } from './field-reference.ts';

export interface PodFacts {
  place: PodPlace;
  startTime: string;
  initContainers: ContainerStatus[];
  containers: ContainerStatus[];
  /** No container runs any more and none will: the pod was deleted. */
  ended: boolean;
}

/** The status of a pod as the kubelet would report it. `previous` supplies the times of unchanged conditions. */
export function computePodStatus(
  pod: Pod,
  facts: PodFacts,
  previous: PodStatus | undefined,
  now: string,
): PodStatus {
  const phase = computePhase(pod, facts);
  const initialized = isInitialized(pod, facts.initContainers);
  const unready = [...facts.containers, ...sidecars(pod, facts)].filter((status) => !status.ready);
  const containersReady = readyReason(phase, unready);
  const gates = (pod.spec.readinessGates ?? []).filter(
    (gate) => pod.status?.conditions?.find((c) => c.type === gate.conditionType)?.status !== 'True',
  );
  const ready =
    containersReady.reason === undefined && gates.length > 0
      ? {
          reason: 'ReadinessGatesNotReady',
          message: gates.map((gate) => `condition ${gate.conditionType} is not True`).join(', '),
        }
      : containersReady;
  const conditions: Condition[] = [
    condition('PodScheduled', {}),
    condition('Initialized', initialized ? {} : notInitialized(pod, facts.initContainers)),
    condition('ContainersReady', containersReady),
    condition('Ready', ready),
  ];
  return {
    phase,
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    hostIP: facts.place.hostIp,
    hostIPs: [{ ip: facts.place.hostIp }],
    podIP: facts.place.podIp,
    podIPs: [{ ip: facts.place.podIp }],
    startTime: facts.startTime,
    conditions: conditions.map((wanted) => withTransitionTime(wanted, previous, now)),
    ...(facts.initContainers.length > 0 ? { initContainerStatuses: facts.initContainers } : {}),
    containerStatuses: facts.containers,
  };
}

function computePhase(pod: Pod, { initContainers, containers, ended }: PodFacts): string {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const failed = (status: ContainerStatus) => (status.state.terminated?.exitCode ?? 0) !== 0;
  if (ended) return containers.every((c) => c.state.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
  if (!isInitialized(pod, initContainers)) {
    return policy === 'Never' && initContainers.some(failed) ? 'Failed' : 'Pending';
  }
  // A container that waits for its first start keeps the pod Pending; one that waits for a restart does not.
  if (containers.some((c) => c.state.waiting && !c.lastState.terminated)) return 'Pending';
  if (containers.some((c) => c.state.running || c.state.waiting)) return 'Running';
  if (policy === 'Always') return 'Running';
  if (containers.every((c) => !failed(c))) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

/** Every init container has done its work, and every sidecar has started. */
function isInitialized(pod: Pod, statuses: ContainerStatus[]): boolean {
  return (pod.spec.initContainers ?? []).every((container, index) => initDone(container, statuses[index]));
}

function initDone(container: Container, status: ContainerStatus | undefined): boolean {
  if (container.restartPolicy === 'Always')
    return status?.started === true || status?.lastState.terminated !== undefined;
  return status?.state.terminated?.exitCode === 0;
}

function sidecars(pod: Pod, facts: PodFacts): ContainerStatus[] {
  return facts.initContainers.filter(
    (_, index) => pod.spec.initContainers?.[index]?.restartPolicy === 'Always',
  );
}

interface Refusal {
  reason?: string;
  message?: string;
}

function readyReason(phase: string, unready: ContainerStatus[]): Refusal {
  if (phase === 'Succeeded') return { reason: 'PodCompleted' };
  if (phase === 'Failed') return { reason: 'PodFailed' };
  if (unready.length === 0) return {};
  return {
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.map((status) => status.name).join(' ')}]`,
  };
}

function notInitialized(pod: Pod, statuses: ContainerStatus[]): Refusal {
  const open = (pod.spec.initContainers ?? []).filter(
    (container, index) => !initDone(container, statuses[index]),
  );
  return {
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${open.map((container) => container.name).join(' ')}]`,
  };
}

function condition(type: string, refusal: Refusal): Condition {
  return { type, status: refusal.reason === undefined ? 'True' : 'False', ...refusal };
}

function withTransitionTime(wanted: Condition, previous: PodStatus | undefined, now: string): Condition {
  const before = previous?.conditions?.find((c) => c.type === wanted.type);
  const unchanged = before?.status === wanted.status && before.lastTransitionTime !== undefined;
  return { ...wanted, lastTransitionTime: unchanged ? before.lastTransitionTime : now };
}

/** RFC 3339 with whole seconds, the form of times in a pod's status. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
