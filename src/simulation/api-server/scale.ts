import type { KubernetesObject } from '../../kubernetes/resource.ts';

/** The `scale` subresource of a Deployment or a ModelDeployment: what an autoscaler reads and writes. */
export function scaleOf({ metadata, spec, status }: KubernetesObject): KubernetesObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const labels: Record<string, string> = spec?.selector?.matchLabels ?? {};
  const selector: string =
    status?.selector ??
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join();
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec?.replicas ?? 1 },
    status: { replicas: status?.replicas ?? 0, selector },
  };
}

export const replicasOf = (scale: KubernetesObject): number => scale['spec'].replicas as number;
