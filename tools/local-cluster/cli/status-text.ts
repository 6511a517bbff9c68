import type { ClusterState } from '../cluster/cluster-folder.ts';

export interface ClusterStatus extends ClusterState {
  folder: string;
  kubeconfig: string;
  /** Resident memory in bytes of each component that runs. */
  memory: Record<string, number>;
}

/** What `status` prints for people. */
export function statusText(clusters: ClusterStatus[], now: number): string {
  if (clusters.length === 0) return 'No cluster runs.\n';
  return clusters.map((cluster) => clusterText(cluster, now)).join('\n');
}

function clusterText(cluster: ClusterStatus, now: number): string {
  const facts: [string, string | undefined][] = [
    ['Kubernetes', cluster.kubernetesVersion],
    ['API server', cluster.apiServerUrl],
    ['gateway', cluster.gatewayUrl],
    ['Prometheus', cluster.prometheusUrl],
    ['kubeconfig', cluster.kubeconfig],
    ['logs', `${cluster.folder}/logs`],
    ['supervisor', `process ${cluster.owner.pid}`],
  ];
  const components = Object.entries(cluster.components).map(([name, pid]) => {
    const state =
      pid === undefined ? 'stopped' : `process ${pid}, ${megabytes(cluster.memory[name] ?? 0)} MB`;
    return `  ${name.padEnd(26)}${state}`;
  });
  return [
    `${cluster.name}: ${cluster.phase}, since ${age(now - Date.parse(cluster.startedAt))}`,
    ...facts
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `  ${name.padEnd(12)}${value}`),
    ...components,
    '',
  ].join('\n');
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
