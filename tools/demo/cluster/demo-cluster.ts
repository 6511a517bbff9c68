import type { Replacements } from '../install/manifests.ts';
import type { KubeApi } from './kube-api.ts';

/** The cluster that the demo runs in, whoever started it. */
export interface DemoCluster {
  /** For people: "a local cluster, Kubernetes v1.36.2". */
  readonly description: string;
  readonly kubernetesVersion: string;
  readonly api: KubeApi;
  /** Administrator's access, for `kubectl`. */
  readonly kubeconfigPath: string;
  /** Where this machine reaches the gateway. */
  readonly gatewayUrl: string;
  /** What the manifests must say to work in it. */
  readonly replacements: Replacements;
  /** Where logs can be looked at while it runs, one line each. */
  readonly logHints: readonly string[];
  /** Rejects when the cluster ends without having been asked to. */
  readonly lost: Promise<never>;
  /** Puts the logs of the controller, of the models and of the cluster's parts into a folder. */
  saveLogs(folder: string): Promise<void>;
  /** Removes everything that the demo brought. Can be called more than once. */
  close(): Promise<void>;
}

/** The cluster is not what the demo needs, or is gone; the message says all. */
export class DemoClusterError extends Error {
  override readonly name = 'DemoClusterError';
}
