import type { Pod } from './kubernetes-types.ts';

/** Facts that the agent knows about a pod before the API server does. */
export interface PodPlace {
  podIp: string;
  hostIp: string;
}

export class FieldReferenceError extends Error {}

const mapEntry = /^metadata\.(labels|annotations)\['([^']*)'\]$/;

/**
 * The value of a `fieldRef`, for environment variables and downward API files. Whole maps
 * (`metadata.labels`) are lines of `key="value"`, which Kubernetes allows in files only.
 */
export function fieldValue(pod: Pod, place: PodPlace, fieldPath: string): string {
  const entry = mapEntry.exec(fieldPath);
  if (entry) return pod.metadata[entry[1] as 'labels' | 'annotations']?.[entry[2] ?? ''] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace;
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return formatMap(pod.metadata.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return place.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return place.podIp;
    default:
      throw new FieldReferenceError(
        `fieldPath ${fieldPath} is not supported; accepted are metadata.{name,namespace,uid,labels,annotations}, ` +
          `spec.{nodeName,serviceAccountName} and status.{podIP,podIPs,hostIP,hostIPs}`,
      );
  }
}

function formatMap(map: Record<string, string> = {}): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}
