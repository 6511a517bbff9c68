import { labels } from '../../api/group.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

export const revisionOfPod = (pod: KubernetesObject): string | undefined =>
  pod.metadata.labels?.[labels.revision];

/** Labelled as one that takes users' traffic under a replica ratio. */
export const isLabelledLive = (pod: KubernetesObject): boolean =>
  pod.metadata.labels?.[labels.live] === 'true';
