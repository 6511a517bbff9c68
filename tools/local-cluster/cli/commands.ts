import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveBinaries } from '../binaries/binaries.ts';
import { textProgress } from '../binaries/progress.ts';
import { cleanIfDead, listClusters, readState, type ClusterState } from '../cluster/cluster-folder.ts';
import { clusterFiles, clustersRoot } from '../cluster/layout.ts';
import { isRunning, residentBytes, sendSignal } from '../cluster/processes.ts';
import { waitUntil } from '../cluster/wait-until.ts';
import type { Invocation } from './arguments.ts';
import { execInside } from './exec.ts';
import { helpText } from './help.ts';
import { statusText, type ClusterStatus } from './status-text.ts';
import { upDetached, upInForeground } from './up.ts';
import { supervise } from './supervise.ts';

const downTimeoutMs = 30_000;

/** A command that cannot be done as asked, such as on a cluster that does not run. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** Runs one command and returns the exit code. */
export async function runCommand(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case 'help':
      process.stdout.write(helpText(invocation.topic));
      return 0;
    case 'prepare':
      await resolveBinaries({ need: invocation.need, progress: textProgress(process.stderr) });
      return 0;
    case 'up':
      return invocation.foreground ? await upInForeground(invocation) : await upDetached(invocation);
    case 'supervise':
      return await supervise(invocation);
    case 'down':
      return await down(invocation.all ? undefined : invocation.name);
    case 'status':
      return await status(invocation.name, invocation.json);
    case 'kubeconfig':
      return await kubeconfig(invocation.name, invocation.path);
    case 'exec':
      return await execInside(await runningCluster(invocation.name), invocation.argv);
  }
}

async function down(name: string | undefined): Promise<number> {
  const clusters = await listClusters(clustersRoot());
  const chosen = clusters.filter((cluster) => name === undefined || cluster.name === name);
  if (chosen.length === 0)
    console.error(name === undefined ? 'No cluster runs.' : `No cluster "${name}" runs.`);
  for (const cluster of chosen) {
    await endCluster(cluster);
    console.error(`The cluster "${cluster.name}" has ended.`);
  }
  return 0;
}

async function endCluster(cluster: ClusterState): Promise<void> {
  const folder = join(clustersRoot(), cluster.name);
  sendSignal(cluster.owner.pid, 'SIGTERM');
  const gone = async () => !(await isRunning(cluster.owner));
  const wait = { what: `the end of process ${cluster.owner.pid}`, timeoutMs: downTimeoutMs };
  await waitUntil(gone, wait).catch(async () => {
    if (!(await gone())) sendSignal(cluster.owner.pid, 'SIGKILL');
    await waitUntil(gone, wait);
  });
  await waitUntil(() => cleanIfDead(folder), { what: `the removal of ${folder}`, timeoutMs: downTimeoutMs });
}

async function status(name: string | undefined, json: boolean): Promise<number> {
  const clusters = await listClusters(clustersRoot());
  const chosen = clusters.filter((cluster) => name === undefined || cluster.name === name);
  const described = await Promise.all(chosen.map(describe));
  process.stdout.write(json ? `${JSON.stringify(described, null, 2)}\n` : statusText(described, Date.now()));
  return name !== undefined && chosen.length === 0 ? 1 : 0;
}

async function describe(cluster: ClusterState): Promise<ClusterStatus> {
  const folder = join(clustersRoot(), cluster.name);
  const memory = await Promise.all(
    Object.entries(cluster.components).map(async ([component, pid]) => [
      component,
      pid === undefined ? 0 : await residentBytes(pid),
    ]),
  );
  const bytes = Object.fromEntries(memory) as Record<string, number>;
  return { ...cluster, folder, kubeconfig: clusterFiles(folder).hostKubeconfig, memory: bytes };
}

async function kubeconfig(name: string, path: boolean): Promise<number> {
  await runningCluster(name);
  const file = clusterFiles(join(clustersRoot(), name)).hostKubeconfig;
  process.stdout.write(path ? `${file}\n` : await readFile(file, 'utf8'));
  return 0;
}

async function runningCluster(name: string): Promise<ClusterState> {
  const folder = join(clustersRoot(), name);
  const state = (await cleanIfDead(folder)) ? undefined : await readState(folder);
  if (state?.phase === 'ready') return state;
  if (state !== undefined) throw new CommandFailed(`The cluster "${name}" is ${state.phase}.`);
  throw new CommandFailed(`No cluster "${name}" runs. Start it with "npm run cluster -- up --name ${name}".`);
}
