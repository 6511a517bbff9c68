import type { KubernetesObject } from '../kubernetes/resource.ts';

/** How a Job ended, as its conditions say it. */
export interface JobEnd {
  succeeded: boolean;
  reason: string;
  message: string;
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

/** Its end is decided with the first of each pair; with the second its pods have ended too. */
const ends: Record<string, boolean> = {
  SuccessCriteriaMet: true,
  Complete: true,
  FailureTarget: false,
  Failed: false,
};

/** Undefined while nothing is decided. */
export function endOf(job: KubernetesObject): JobEnd | undefined {
  const met = conditionsOf(job).find(({ type, status }) => status === 'True' && Object.hasOwn(ends, type));
  return (
    met && {
      succeeded: ends[met.type]!,
      reason: met.reason ?? met.type,
      message: met.message ?? 'no reason is given',
    }
  );
}

/** Somebody (a queue for batch work, for one) holds it back. */
export const isSuspended = (job: KubernetesObject): boolean =>
  conditionsOf(job).some(({ type, status }) => type === 'Suspended' && status === 'True');

/** How many of its pods are ready at this moment. */
export const readyPodsOf = (job: KubernetesObject): number =>
  (job['status']?.ready as number | undefined) ?? 0;

const conditionsOf = (job: KubernetesObject): Condition[] => (job['status']?.conditions ?? []) as Condition[];
