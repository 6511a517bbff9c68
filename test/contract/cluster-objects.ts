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
