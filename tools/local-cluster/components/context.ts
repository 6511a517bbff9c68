import type { KubeClient } from '../cluster/kube-client.ts';
import type { ClusterFiles } from '../cluster/layout.ts';
import type { ClusterNamespace } from '../cluster/namespace.ts';
import type { Tokens } from '../cluster/credentials.ts';

/** The programs of a cluster, by the name that they are resolved under. */
export type Binaries = Record<
  'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'contour' | 'envoy' | 'prometheus',
  string
> & { kwok?: string };

/** What the parts of a cluster are made from. */
export interface ComponentContext {
  files: ClusterFiles;
  binaries: Binaries;
  namespace: ClusterNamespace;
  tokens: Tokens;
  /** Administrator's access from the host. */
  kube: KubeClient;
  /** Loopback addresses of the host that lead inside. */
  hostUrls: { apiServer: string; gateway: string; prometheus: string };
  scrapeIntervalMs: number;
}
