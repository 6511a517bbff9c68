import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { apiTime } from '../../runtime/api-time.ts';

/** Where the containers of a pod are; what kubelet tells of it. */
export type ContainerState =
  | { waiting: { reason: string; message?: string } }
  | { running: true }
  | { terminated: { exitCode: number } };

export interface PodFacts {
  state: ContainerState;
  ready: boolean;
  restarts: number;
  lastExitCode?: number | undefined;
  ip?: string | undefined;
}

interface Condition {
  type: string;
  status: string;
  lastTransitionTime?: string;
}

/** The status that kubelet writes; times of conditions change only with the condition. */
export function podStatus(pod: KubernetesObject, facts: PodFacts, nowMs: number): Record<string, unknown> {
  const { state, ready, restarts, lastExitCode, ip } = facts;
  const at = apiTime(nowMs);
  const before: Condition[] = pod['status']?.conditions ?? [];
  const condition = (type: string, holds: boolean, why?: object): Condition => {
    const status = holds ? 'True' : 'False';
    const known = before.find((one) => one.type === type && one.status === status);
    return { type, status, lastTransitionTime: known?.lastTransitionTime ?? at, ...(!holds && why) };
  };
  const notReady = { reason: 'ContainersNotReady', message: 'containers with unready status' };
  const containers: { name: string; image: string }[] = pod['spec']?.containers ?? [];
  return {
    phase: 'running' in state || restarts > 0 ? 'Running' : 'Pending',
    startTime: pod['status']?.startTime ?? at,
    ...(ip && { podIP: ip, podIPs: [{ ip }] }),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready, notReady),
      condition('Ready', ready, notReady),
    ],
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      ready,
      started: 'running' in state,
      restartCount: restarts,
      state: 'running' in state ? { running: { startedAt: at } } : ended(state, at),
      lastState: lastExitCode === undefined ? {} : ended({ terminated: { exitCode: lastExitCode } }, at),
    })),
  };
}

const ended = (state: ContainerState, at: string): object =>
  'terminated' in state
    ? {
        terminated: {
          ...state.terminated,
          reason: state.terminated.exitCode === 0 ? 'Completed' : 'Error',
          finishedAt: at,
        },
      }
    : state;

/** The status of a pod that no node takes. */
export const unschedulableStatus = (message: string, nowMs: number): Record<string, unknown> => ({
  phase: 'Pending',
  conditions: [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastTransitionTime: apiTime(nowMs),
    },
  ],
});

/** Ready by its own condition. */
export const isReady = (pod: KubernetesObject): boolean =>
  ((pod['status']?.conditions ?? []) as Condition[]).some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
