import type { KubernetesObject } from './resource.ts';

export const isTerminating = (pod: KubernetesObject): boolean => pod.metadata.deletionTimestamp !== undefined;

/** Milliseconds since the epoch, in whole seconds. */
export const bornAtMs = ({ metadata }: KubernetesObject): number =>
  Date.parse(metadata.creationTimestamp ?? '') || 0;

/** Ready by its own condition, and not on its way out. */
export function isReadyPod(pod: KubernetesObject): boolean {
  const conditions: { type: string; status: string }[] = pod.status?.conditions ?? [];
  return !isTerminating(pod) && conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
