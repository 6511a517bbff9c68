import { randomBytes } from 'node:crypto';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { Server } from 'node:net';
import { resolveBinaries, type OptionalBinary } from './binaries/binaries.ts';
import { textProgress, type Progress } from './binaries/progress.ts';
import { RunningCluster } from './cluster/running-cluster.ts';
import type { Endpoint } from './cluster/layout.ts';
import type { ImageTable } from './components/node.ts';

export type { ImageEntry, ImageTable } from './components/node.ts';

/** A component that tests may stop and start. */
export type ComponentName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'node-agent'
  | 'contour'
  | 'envoy'
  | 'prometheus'
  | 'kwok';

export interface LocalClusterOptions {
  /** Unique among the clusters of this user. Without it, a name is made up. */
  name?: string;
  /** How often Prometheus scrapes. Default 1000. */
  scrapeIntervalMs?: number;
  /** The programs that stand for container images. Can be changed later with `setImages`. */
  images?: ImageTable;
  /** Parts that not every cluster has. */
  need?: OptionalBinary[];
  /** Told in words what happens. Default: nothing is said. */
  log?: (message: string) => void;
  /** Where the preparation of binaries shows its progress. Default: standard error. */
  progress?: Progress;
  /** Ends the start early. */
  signal?: AbortSignal;
}

/** Addresses and credentials that work for processes inside the cluster's network namespace. */
export interface InsideAccess {
  apiServerUrl: string;
  kubeconfigPath: string;
  prometheusUrl: string;
  gatewayUrl: string;
}

/** A kubeconfig of a service account, for both sides. */
export interface ServiceAccountAccess {
  token: string;
  /** For processes on the host. */
  kubeconfigPath: string;
  /** For processes that `exec` starts. */
  insideKubeconfigPath: string;
}

/** A running cluster. It lasts until `stop`, and ends with this process at the latest. */
export interface LocalCluster {
  readonly name: string;
  readonly kubernetesVersion: string;
  /** Administrator's kubeconfig for processes on the host. */
  readonly kubeconfigPath: string;
  readonly apiServerUrl: string;
  readonly adminToken: string;
  /** PEM file with the authority of the API server's certificate. */
  readonly caFile: string;
  readonly gatewayUrl: string;
  readonly prometheusUrl: string;
  readonly inside: InsideAccess;
  /** One JSON object a line (audit.k8s.io/v1 Event, level Metadata). */
  readonly auditLogPath: string;
  /** Folder with one log file a component. */
  readonly logsPath: string;
  /** Folder with the logs of containers: NAMESPACE/POD/CONTAINER.log. */
  readonly podLogsPath: string;
  /** Folder with all that Prometheus remembers. */
  readonly prometheusDataPath: string;
  /** Starts a program inside the namespace; it ends with this process at the latest. */
  exec(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Opens a port on the host's loopback whose connections arrive at this address inside; it lasts as long as the cluster. */
  forward(to: Endpoint): Promise<number>;
  /** The other way round: listens inside, on a free port of this address of 10.244.0.0/16, and accepts in this process. */
  listenInside(host: string): Promise<Server>;
  stopComponent(name: ComponentName): Promise<void>;
  /** Resolves when it is ready. */
  startComponent(name: ComponentName): Promise<void>;
  restartComponent(name: ComponentName): Promise<void>;
  /** Process id of a component, undefined while it does not run. */
  pidOf(name: ComponentName): number | undefined;
  /** Replaces the table of images. */
  setImages(images: ImageTable): Promise<void>;
  /** The text of a kubeconfig with this token. */
  kubeconfigFor(token: string, side?: 'host' | 'inside'): Promise<string>;
  /** A kubeconfig for a service account, with a token from the TokenRequest API. */
  writeKubeconfig(account: { namespace: string; serviceAccount: string }): Promise<ServiceAccountAccess>;
  /** Resolves when the cluster has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends everything and removes what it left on disk. Can be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts a Kubernetes cluster of real parts on this machine, in a network namespace of its own, and resolves
 * when it is ready. The first start on a machine prepares the binaries, which can take minutes.
 *
 * Throws `BinaryNotFound`, `NamespaceUnavailable`, `ClusterExists` or `ComponentFailed`; nothing is left
 * behind then.
 */
export async function startLocalCluster(options: LocalClusterOptions = {}): Promise<LocalCluster> {
  const need = options.need ?? [];
  const resolved = await resolveBinaries({
    need,
    progress: options.progress ?? textProgress(process.stderr),
    signal: options.signal,
  });
  return await RunningCluster.start({
    name: options.name ?? `understudy-${process.pid}-${randomBytes(3).toString('hex')}`,
    resolved,
    scrapeIntervalMs: options.scrapeIntervalMs ?? 1000,
    images: options.images ?? {},
    need,
    log: options.log ?? (() => undefined),
    signal: options.signal,
  });
}
