import type { KubernetesObject } from '../../src/kubernetes/resource.ts';

/** Small objects of three kinds: one that nobody else writes to, one with keyed lists and a status, one with a scale. */
type Metadata = KubernetesObject['metadata'];

export const leaseObject = (metadata: Metadata, holderIdentity: string): KubernetesObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata,
  spec: { holderIdentity },
});

export const serviceObject = (metadata: Metadata): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: { selector: { app: 'a' }, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
});

/** A pod that no scheduler takes: it changes only when its status is written. */
export const podObject = (metadata: Metadata): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata,
  spec: { schedulerName: 'nobody', containers: [{ name: 'c', image: 'i' }] },
});

export const budgetObject = (
  metadata: Metadata,
  minAvailable: number,
  matchLabels: Record<string, string>,
): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata,
  spec: { minAvailable, selector: { matchLabels } },
});

export const deploymentObject = (metadata: Metadata): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'a' } },
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
});

/** The smallest that the CRD accepts. */
export const modelDeploymentObject = (metadata: Metadata): KubernetesObject => ({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'ModelDeployment',
  metadata,
  spec: {
    serving: {
      workload: {
        template: {
          spec: { containers: [{ name: 'server', image: 'model:1', ports: [{ containerPort: 8080 }] }] },
        },
      },
    },
  },
});

/** A route of a Gateway that does not exist, so that nobody answers it; `weights` by the Service's name. */
export const httpRouteObject = (
  metadata: Metadata,
  weights: Readonly<Record<string, number | undefined>>,
): KubernetesObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata,
  spec: {
    parentRefs: [{ name: 'nobody' }],
    rules: [
      {
        backendRefs: Object.entries(weights).map(([name, weight]) => ({
          name,
          port: 80,
          ...(weight !== undefined && { weight }),
        })),
      },
    ],
  },
});
