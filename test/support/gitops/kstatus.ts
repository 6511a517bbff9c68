import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';

/** How far an object has come, as `kubectl`'s companions and Flux put it. */
export type Kstatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

interface ReportedStatus {
  observedGeneration?: number;
  conditions?: { type: string; status: string }[];
}

/**
 * The generic rules of kstatus (sigs.k8s.io/cli-utils, pkg/kstatus): deletion first, then the generation, then whichever of
 * `Reconciling` and `Stalled` is True first in the list. An object that says none of this is Current; `Ready` is not looked at.
 */
export function kstatusOf({ metadata, status }: KubernetesObject): Kstatus {
  if (metadata['deletionTimestamp'] !== undefined) return 'Terminating';
  const { observedGeneration, conditions = [] } = (status ?? {}) as ReportedStatus;
  if (observedGeneration !== undefined && observedGeneration !== metadata.generation) return 'InProgress';
  const telling = conditions.find(
    ({ type, status: value }) => (type === 'Reconciling' || type === 'Stalled') && value === 'True',
  );
  if (!telling) return 'Current';
  return telling.type === 'Reconciling' ? 'InProgress' : 'Failed';
}
