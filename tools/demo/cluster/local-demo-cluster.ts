import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { textProgress } from '../../local-cluster/binaries/progress.ts';
import { clusterFiles } from '../../local-cluster/cluster/layout.ts';
import { startLocalCluster, type ImageTable, type LocalCluster } from '../../local-cluster/local-cluster.ts';
import { DemoClusterError, type DemoCluster } from './demo-cluster.ts';
import { KubeApi } from './kube-api.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const controllerImage = 'understudy.dev/controller:dev';
const serverImage = 'understudy.dev/digits-server:demo';

/** Pods do not see the user's own configuration: without a home there is no ~/.kube/config. */
const noHome = { HOME: '/nonexistent' };

/** What stands for the images that the manifests name. Pods run with the same Node as the demo itself. */
const images: ImageTable = {
  [controllerImage]: {
    command: [process.execPath, '--disable-warning=ExperimentalWarning', join(root, 'dist', 'main.js')],
    env: noHome,
  },
  [serverImage]: {
    command: [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      join(root, 'examples/digits-server/server.ts'),
    ],
    env: noHome,
  },
};

/** Starts a cluster on this machine; it ends with `close`, or with this process at the latest. */
export async function startLocalDemoCluster(
  log: (message: string) => void,
  signal: AbortSignal,
): Promise<DemoCluster> {
  const cluster = await startLocalCluster({ images, log, signal, progress: textProgress(process.stderr) });
  try {
    const api = await KubeApi.connect(cluster.kubeconfigPath);
    return describe(cluster, api);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function describe(cluster: LocalCluster, api: KubeApi): DemoCluster {
  let closing = false;
  const podLogs = join(clusterFiles(dirname(cluster.logsPath)).nodeAgentData, 'logs');
  const lost = cluster.ended.then((): Promise<never> => {
    if (closing) return new Promise(() => undefined);
    throw new DemoClusterError('the local cluster ended unexpectedly');
  });
  lost.catch(() => undefined);
  return {
    description: `local cluster ${cluster.name}, Kubernetes ${cluster.kubernetesVersion}`,
    kubernetesVersion: cluster.kubernetesVersion,
    api,
    kubeconfigPath: cluster.kubeconfigPath,
    gatewayUrl: cluster.gatewayUrl,
    replacements: {
      controllerImage,
      serverImage,
      source: { url: cluster.inside.prometheusUrl, scrapeInterval: '1s' },
    },
    logHints: [
      `tail -f ${podLogs}/understudy-system/*/controller.log`,
      `ls ${podLogs}/digits ${cluster.logsPath}`,
    ],
    lost,
    saveLogs: async (folder) => {
      // Before the first pod there is no folder of theirs.
      if (existsSync(podLogs)) await cp(podLogs, join(folder, 'pods'), { recursive: true });
      await cp(cluster.logsPath, join(folder, 'cluster'), { recursive: true });
    },
    close: async () => {
      closing = true;
      await api.close();
      await cluster.stop();
    },
  };
}
