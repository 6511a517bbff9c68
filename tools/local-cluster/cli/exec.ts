import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { ClusterState } from '../cluster/cluster-folder.ts';
import { clusterFiles, clustersRoot } from '../cluster/layout.ts';
import { enterCommand } from '../cluster/namespace.ts';
import { clusterMarker } from '../cluster/processes.ts';

const cannotRun = 127;

/** Runs a command inside the cluster's network and returns its exit code, as a shell would give it. */
export async function execInside(cluster: ClusterState, argv: string[]): Promise<number> {
  const { keeper } = cluster;
  if (keeper === undefined) throw new Error(`the cluster "${cluster.name}" has no network yet`);
  const files = clusterFiles(join(clustersRoot(), cluster.name));
  const entrance = { keeperPid: keeper.pid, rootless: keeper.rootless, setpriv: false };
  const [command = '', ...args] = argv;
  const [file = '', ...rest] = enterCommand(entrance, command, args);
  const env = { ...process.env, KUBECONFIG: files.insideKubeconfig('admin'), [clusterMarker]: cluster.id };
  const child = spawn(file, rest, { stdio: 'inherit', env });
  // The terminal sends these to the command as well; it decides, and this process reports how it ended.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return await new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`cluster: ${error.message}`);
      resolve(cannotRun);
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0)),
    );
  });
}
