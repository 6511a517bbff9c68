import type { KubernetesObject } from '../kubernetes/resource.ts';

interface ContainerStatus {
  name: string;
  state?: { running?: object; terminated?: ContainerExit };
  lastState?: { terminated?: ContainerExit };
}

export interface ContainerExit {
  exitCode: number;
  reason?: string;
}

const statusesOf = ({ status }: KubernetesObject): ContainerStatus[] => status?.containerStatuses ?? [];
const beforeThem = ({ status }: KubernetesObject): ContainerStatus[] => status?.initContainerStatuses ?? [];

/** A container that asks the question has begun at least once; those that go before it prepare it only. */
export const hasBegun = (pod: KubernetesObject): boolean =>
  statusesOf(pod).some(
    ({ state, lastState }) => state?.running ?? state?.terminated ?? lastState?.terminated,
  );

/** A container that goes before the others runs, other than a sidecar. */
export function isPreparing(pod: KubernetesObject): boolean {
  const specs = (pod['spec']?.initContainers ?? []) as { name: string; restartPolicy?: string }[];
  const sidecars = specs.flatMap(({ name, restartPolicy }) => (restartPolicy === 'Always' ? [name] : []));
  return beforeThem(pod).some(({ name, state }) => state?.running && !sidecars.includes(name));
}

export interface ToldBy {
  pod: KubernetesObject;
  container: string;
  /** How the container ended, where it failed. */
  failure?: ContainerExit;
}

/** Who has something to tell of how a Job went: the last pod that failed, otherwise the last one; of it the container that failed, otherwise the first. */
export function whoTells(pods: readonly KubernetesObject[]): ToldBy | undefined {
  const newestFirst = [...pods].sort((left, right) => (isOlder(left, right) ? 1 : -1));
  const pod = newestFirst.find(({ status }) => status?.phase === 'Failed') ?? newestFirst[0];
  if (!pod) return undefined;
  const failed = [...beforeThem(pod), ...statusesOf(pod)].find(
    ({ state }) => (state?.terminated?.exitCode ?? 0) !== 0,
  );
  const first = pod['spec']?.containers?.[0]?.name as string;
  const failure = failed?.state?.terminated;
  return { pod, container: failed?.name ?? first, ...(failure && { failure }) };
}

/** By time, and by name where they were made in the same second. */
function isOlder(left: KubernetesObject, right: KubernetesObject): boolean {
  const key = ({ metadata }: KubernetesObject) => `${metadata.creationTimestamp} ${metadata.name}`;
  return key(left) < key(right);
}
